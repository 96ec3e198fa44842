package org.cyphervit.slide.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.cyphervit.UserError;
import org.cyphervit.slide.PlaneAxis;
import org.cyphervit.slide.SlideAddress;
import org.cyphervit.slide.SlideFacts;
import org.cyphervit.slide.codec.SegmentedImage;
import org.cyphervit.slide.tiff.PlanarImage;
import org.cyphervit.slide.tiff.TiffDirectory;
import org.cyphervit.slide.tiff.TiffFile;
import org.cyphervit.slide.tiff.TiffImage;
import org.cyphervit.slide.tiff.TiffTag;

/**
 * OME-TIFF: the description says which directories hold the slide's planes, each plane's smaller levels hang below its
 * directory. Colours lie in one plane, or in three. Where the address does not choose, the middle one of several focal
 * planes is taken, and the first time.
 */
final class OmeTiff {
    private static final int NAMED = 8;

    private OmeTiff() {}

    static boolean is(TiffDirectory first) {
        String description = first.text(TiffTag.IMAGE_DESCRIPTION).orElse("");
        return description.contains("<OME") && description.contains("openmicroscopy.org");
    }

    /** Why the file cannot be read; nothing if it can. */
    static Optional<String> obstacle(TiffFile file, SlideAddress address) {
        OmeXml ome = describe(file);
        List<PlaneAxis> axes = choose(ome, address);
        if (ome.otherFile().isPresent()) {
            return Optional.of("some of its pixels lie in '" + ome.otherFile().get() + "'");
        }
        boolean colours = ome.channels().size() == 1 || areColours(ome);
        if ((!colours || ome.fluorescence()) && !address.planes().containsKey("c")) {
            return Optional.of("it holds " + ome.channels().size() + (ome.fluorescence() ? " fluorescence" : "")
                    + " channels" + named(ome) + ", where a stained slide has red, green and blue; one of them is read"
                    + " where its number follows the name, such as '"
                    + address.file().getFileName() + "#c=1'");
        }
        for (TiffDirectory plane : planes(file, ome, axes)) {
            Optional<String> obstacle = TiffImage.obstacle(plane);
            if (obstacle.isPresent()) {
                return obstacle;
            }
        }
        return Optional.empty();
    }

    // Three channels of one sample each are red, green and blue, unless one of them is asked for.
    private static boolean areColours(OmeXml ome) {
        return ome.channels().size() == 3 && ome.samples() == 1;
    }

    private static List<PlaneAxis> choose(OmeXml ome, SlideAddress address) {
        return address.choose(
                PlaneAxis.usual("z", ome.sizeZ()),
                PlaneAxis.usual("c", ome.channels().size()),
                PlaneAxis.usual("t", ome.sizeT()));
    }

    private static String named(OmeXml ome) {
        String names = ome.channels().stream()
                .filter(name -> !name.isEmpty())
                .limit(NAMED)
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : " (" + names + (ome.channels().size() > NAMED ? ", ..." : "") + ")";
    }

    static TiffLayout layout(TiffFile file, SlideAddress address) {
        OmeXml ome = describe(file);
        List<PlaneAxis> axes = choose(ome, address);
        List<TiffDirectory> planes = planes(file, ome, axes);
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
        SlideFacts facts = new SlideFacts("OME-TIFF", ome.objective(), ome.scanner(), Optional.empty());
        return TiffLayout.of(images, ome.calibration(), PlaneAxis.add(axes, facts));
    }

    private static SegmentedImage image(List<TiffDirectory> planes) {
        return planes.size() == 1
                ? TiffImage.of(planes.getFirst())
                : new PlanarImage(
                        new TiffImage(planes.get(0)), new TiffImage(planes.get(1)), new TiffImage(planes.get(2)));
    }

    private static List<TiffDirectory> planes(TiffFile file, OmeXml ome, List<PlaneAxis> axes) {
        List<TiffDirectory> planes = new ArrayList<>();
        int chosen = axes.get(1).chosen();
        int last = chosen == 0 ? ome.channels().size() : chosen;
        for (int channel = Math.max(0, chosen - 1); channel < last; channel++) {
            int plane = ome.plane(axes.get(0).chosen() - 1, channel, axes.get(2).chosen() - 1);
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
