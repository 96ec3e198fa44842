package org.cyphervit.slide.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cyphervit.UserError;
import org.cyphervit.slide.Calibration;
import org.cyphervit.slide.PyramidLevel;
import org.cyphervit.slide.SlideFacts;
import org.cyphervit.slide.codec.SegmentedImage;
import org.cyphervit.slide.tiff.TiffDirectory;
import org.cyphervit.slide.tiff.TiffFile;
import org.cyphervit.slide.tiff.TiffImage;
import org.cyphervit.slide.tiff.TiffTag;
import org.w3c.dom.Element;

/**
 * Philips's TIFF export: each tiled directory is a level whose size was rounded up to whole tiles; how much smaller its
 * pixels are stands in the description, as the spacing of each level in millimetres.
 */
final class PhilipsTiff {
    private static final Pattern SPACING = Pattern.compile("\"?([0-9.eE+-]{1,24})\"?\\s+\"?([0-9.eE+-]{1,24})\"?");

    private PhilipsTiff() {}

    static boolean is(TiffDirectory first) {
        return first.text(TiffTag.SOFTWARE).orElse("").startsWith("Philips")
                && first.isTiled()
                && first.text(TiffTag.IMAGE_DESCRIPTION).orElse("").contains("DPUfsImport");
    }

    static TiffLayout layout(TiffFile file) {
        List<TiffDirectory> tiled = file.directories().stream()
                .filter(directory ->
                        directory.isTiled() && TiffImage.obstacle(directory).isEmpty())
                .toList();
        Element root = describe(file);
        List<double[]> spacings = new ArrayList<>();
        for (Element level : Xml.below(root, "DataObject")) {
            if (level.getAttribute("ObjectType").equals("PixelDataRepresentation")) {
                attribute(level, "DICOM_PIXEL_SPACING")
                        .flatMap(PhilipsTiff::spacing)
                        .ifPresent(spacings::add);
            }
        }
        if (spacings.size() < tiled.size()) {
            throw broken(file, "it has " + tiled.size() + " levels and says the spacing of " + spacings.size());
        }
        double[] finest = spacings.getFirst();
        List<SegmentedImage> images = new ArrayList<>();
        List<PyramidLevel> levels = new ArrayList<>();
        for (int i = 0; i < tiled.size(); i++) {
            SegmentedImage image = TiffImage.of(tiled.get(i));
            double downsample = Math.rint(spacings.get(i)[0] / finest[0]);
            long width = i == 0 ? image.width() : (long) (levels.getFirst().width() / downsample);
            long height = i == 0 ? image.height() : (long) (levels.getFirst().height() / downsample);
            boolean coarser = i == 0 || downsample > levels.getLast().downsample();
            if (!coarser || width < 1 || height < 1 || width > image.width() || height > image.height()) {
                throw broken(
                        file,
                        "level " + i + " of " + image.width() + " x " + image.height() + " pixels should be "
                                + downsample + " times coarser than level 0");
            }
            images.add(image);
            levels.add(new PyramidLevel(width, height, downsample));
        }
        return new TiffLayout(
                images,
                levels,
                Calibration.of(1000 * finest[1], 1000 * finest[0], "Philips's description"),
                facts(root));
    }

    private static SlideFacts facts(Element root) {
        Optional<String> model = attribute(root, "DICOM_MANUFACTURERS_MODEL_NAME");
        Optional<String> scanner = attribute(root, "DICOM_MANUFACTURER")
                .map(maker -> model.map(name -> maker + " " + name).orElse(maker));
        return new SlideFacts("Philips TIFF", OptionalDouble.empty(), scanner, Optional.empty());
    }

    private static Optional<double[]> spacing(String text) {
        Matcher numbers = SPACING.matcher(text);
        if (!numbers.matches()) {
            return Optional.empty();
        }
        double[] spacing = {Calibration.number(numbers.group(1)), Calibration.number(numbers.group(2))};
        return spacing[0] > 0 && spacing[1] > 0 ? Optional.of(spacing) : Optional.empty();
    }

    private static Optional<String> attribute(Element parent, String name) {
        return Xml.below(parent, "Attribute").stream()
                .filter(element -> element.getAttribute("Name").equals(name))
                .map(element -> element.getTextContent().strip())
                .filter(text -> !text.isEmpty())
                .findFirst();
    }

    private static Element describe(TiffFile file) {
        try {
            return Xml.parse(file.directories()
                    .getFirst()
                    .text(TiffTag.IMAGE_DESCRIPTION)
                    .orElse(""));
        } catch (IOException e) {
            throw broken(file, "its description is no XML: " + e.getMessage());
        }
    }

    private static UserError broken(TiffFile file, String what) {
        return new UserError("'" + file.path() + "' is a broken Philips file: " + what + ". Export it again.");
    }
}
