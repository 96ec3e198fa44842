package org.cyphervit.slide.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.cyphervit.UserError;
import org.cyphervit.slide.SlideFacts;
import org.cyphervit.slide.codec.SegmentedImage;
import org.cyphervit.slide.tiff.PlanarImage;
import org.cyphervit.slide.tiff.TiffDirectory;
import org.cyphervit.slide.tiff.TiffFile;
import org.cyphervit.slide.tiff.TiffImage;
import org.cyphervit.slide.tiff.TiffTag;

/**
 * OME-TIFF: the description says which directories hold the slide's planes, each plane's smaller levels hang below its
 * directory. Colours lie in one plane, or in three. Of several focal planes the middle one is taken.
 */
final class OmeTiff {
    private OmeTiff() {}

    static boolean is(TiffDirectory first) {
        String description = first.text(TiffTag.IMAGE_DESCRIPTION).orElse("");
        return description.contains("<OME") && description.contains("openmicroscopy.org");
    }

    /** Why the file cannot be read; nothing if it can. */
    static Optional<String> obstacle(TiffFile file) {
        OmeXml ome = describe(file);
        if (ome.otherFile().isPresent()) {
            return Optional.of("some of its pixels lie in '" + ome.otherFile().get() + "'");
        }
        boolean colours = ome.channels().size() == 1 || (ome.channels().size() == 3 && ome.samples() == 1);
        if (!colours || ome.fluorescence()) {
            return Optional.of("it holds " + ome.channels().size() + (ome.fluorescence() ? " fluorescence" : "")
                    + " channels, where a stained slide has red, green and blue");
        }
        for (TiffDirectory plane : planes(file, ome)) {
            Optional<String> obstacle = TiffImage.obstacle(plane);
            if (obstacle.isPresent()) {
                return obstacle;
            }
        }
        return Optional.empty();
    }

    static TiffLayout layout(TiffFile file) {
        OmeXml ome = describe(file);
        List<TiffDirectory> planes = planes(file, ome);
        TiffDirectory first = planes.getFirst();
        if (first.width() != ome.sizeX() || first.height() != ome.sizeY()) {
            throw new UserError("'" + file.path() + "' is a broken OME-TIFF file: its description says "
                    + ome.sizeX() + " x " + ome.sizeY() + " pixels, the image has " + first.width() + " x "
                    + first.height() + ". Export it again.");
        }
        List<List<TiffDirectory>> smaller =
                planes.stream().map(file::subDirectories).toList();
        List<SegmentedImage> images = new ArrayList<>(List.of(image(planes)));
        for (int i = 0; i < smaller.getFirst().size(); i++) {
            int level = i;
            if (smaller.stream().allMatch(list -> list.size() > level)
                    && TiffLayout.isSmaller(first, smaller.getFirst().get(i))) {
                images.add(image(smaller.stream().map(list -> list.get(level)).toList()));
            }
        }
        String format =
                "OME-TIFF" + (ome.sizeZ() > 1 ? ", focal plane " + (ome.sizeZ() / 2 + 1) + " of " + ome.sizeZ() : "");
        return TiffLayout.of(
                images, ome.calibration(), new SlideFacts(format, ome.objective(), ome.scanner(), Optional.empty()));
    }

    private static SegmentedImage image(List<TiffDirectory> planes) {
        return planes.size() == 1
                ? TiffImage.of(planes.getFirst())
                : new PlanarImage(
                        new TiffImage(planes.get(0)), new TiffImage(planes.get(1)), new TiffImage(planes.get(2)));
    }

    private static List<TiffDirectory> planes(TiffFile file, OmeXml ome) {
        List<TiffDirectory> planes = new ArrayList<>();
        for (int channel = 0; channel < ome.channels().size(); channel++) {
            int plane = ome.plane(ome.sizeZ() / 2, channel);
            int directory = ome.directories().getOrDefault(plane, plane);
            if (directory < 0 || directory >= file.directories().size()) {
                throw new UserError("'" + file.path() + "' is a broken OME-TIFF file: plane " + plane
                        + " should be image " + directory + ", but it has "
                        + file.directories().size() + ". Export it again.");
            }
            planes.add(file.directories().get(directory));
        }
        return planes;
    }

    private static OmeXml describe(TiffFile file) {
        try {
            return OmeXml.parse(
                    file.directories()
                            .getFirst()
                            .text(TiffTag.IMAGE_DESCRIPTION)
                            .orElse(""),
                    String.valueOf(file.path().getFileName()));
        } catch (IOException e) {
            throw new UserError(
                    "'" + file.path() + "' is a broken OME-TIFF file: its description cannot be used: " + e.getMessage()
                            + ". Export it again.",
                    e);
        }
    }
}
