package org.cyphervit.slide.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cyphervit.slide.Calibration;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideAddress;
import org.cyphervit.slide.SlideFacts;
import org.cyphervit.slide.codec.SegmentedImage;
import org.cyphervit.slide.tiff.TiffDirectory;
import org.cyphervit.slide.tiff.TiffFile;
import org.cyphervit.slide.tiff.TiffImage;
import org.cyphervit.slide.tiff.TiffTag;

/** TIFF files, pyramidal or not: plain ones, Aperio's SVS, OME-TIFF and Philips's. */
final class TiffSlide {
    private static final Pattern APERIO_POWER = Pattern.compile("\\|\\s*AppMag\\s*=\\s*([0-9.]{1,10})");
    private static final Pattern APERIO_SCANNER = Pattern.compile("\\|\\s*ScanScope ID\\s*=\\s*([^|]{1,80})");

    private TiffSlide() {}

    /** Why this reader must not, or cannot, read the file; nothing if it can. */
    static Optional<String> obstacle(TiffFile file, SlideAddress address) {
        TiffDirectory first = file.directories().getFirst();
        return vendor(first)
                .map(vendor -> "it is a slide of " + vendor + ", whose tiles do not lie as in other TIFF files")
                .or(() -> OmeTiff.is(first) ? OmeTiff.obstacle(file, address) : TiffImage.obstacle(first));
    }

    /** Whether a general TIFF decoder would read it right: its first image is the whole picture. */
    static boolean isPlain(TiffFile file) {
        TiffDirectory first = file.directories().getFirst();
        return vendor(first).isEmpty()
                && !isAperio(first)
                && !OmeTiff.is(first)
                && !PhilipsTiff.is(first)
                && !first.isTiled();
    }

    private static Optional<String> vendor(TiffDirectory first) {
        String description = first.text(TiffTag.IMAGE_DESCRIPTION).orElse("");
        String software = first.text(TiffTag.SOFTWARE).orElse("");
        if (first.has(TiffTag.NDPI_FORMAT)) {
            return Optional.of("Hamamatsu");
        }
        if (description.contains("leica-microsystems.com/scn")) {
            return Optional.of("Leica");
        }
        if (software.startsWith("MedScan")) {
            return Optional.of("Trestle");
        }
        return first.text(TiffTag.XMP).orElse("").contains("iScan") ? Optional.of("Ventana") : Optional.empty();
    }

    private static boolean isAperio(TiffDirectory first) {
        return first.text(TiffTag.IMAGE_DESCRIPTION).orElse("").startsWith("Aperio");
    }

    static Slide of(TiffFile file, SlideAddress address, OptionalDouble mpp) {
        TiffDirectory first = file.directories().getFirst();
        if (!OmeTiff.is(first)) {
            address.choose();
        }
        TiffLayout layout = OmeTiff.is(first)
                ? OmeTiff.layout(file, address)
                : PhilipsTiff.is(first) ? PhilipsTiff.layout(file) : layout(file);
        return new SegmentedSlide(
                address.path(),
                "Java (TIFF)",
                layout.images(),
                layout.levels(),
                layout.calibration().or(mpp),
                layout.facts(),
                file::close);
    }

    private static TiffLayout layout(TiffFile file) {
        TiffDirectory first = file.directories().getFirst();
        List<SegmentedImage> images = new ArrayList<>(List.of(TiffImage.of(first)));
        List<TiffDirectory> others =
                new ArrayList<>(file.directories().subList(1, file.directories().size()));
        others.addAll(file.subDirectories(first));
        for (TiffDirectory other : others) {
            if (isLevel(first, other)) {
                images.add(TiffImage.of(other));
            }
        }
        return TiffLayout.of(images, Calibration.of(first), facts(first));
    }

    // A smaller picture of the same, not a label, a macro or Aperio's thumbnail (which is not tiled).
    private static boolean isLevel(TiffDirectory first, TiffDirectory other) {
        boolean reduced = isAperio(first)
                || (other.integer(TiffTag.SUBFILE_TYPE, 0) & 1) == 1
                || first.has(TiffTag.SUB_DIRECTORIES);
        return reduced && TiffLayout.isSmaller(first, other);
    }

    private static SlideFacts facts(TiffDirectory first) {
        if (!isAperio(first)) {
            return new SlideFacts(
                    first.isTiled() ? "TIFF, tiled" : "TIFF",
                    OptionalDouble.empty(),
                    first.text(TiffTag.MODEL).map(String::strip).filter(text -> !text.isEmpty()),
                    Optional.empty());
        }
        String description = first.text(TiffTag.IMAGE_DESCRIPTION).orElse("");
        Matcher power = APERIO_POWER.matcher(description);
        Matcher scanner = APERIO_SCANNER.matcher(description);
        return new SlideFacts(
                "Aperio SVS",
                power.find() ? positive(Calibration.number(power.group(1))) : OptionalDouble.empty(),
                Optional.of("Aperio" + (scanner.find() ? " " + scanner.group(1).strip() : "")),
                Optional.empty());
    }

    /** Nothing for what is no magnification. */
    static OptionalDouble positive(double value) {
        return value > 0 && Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    }
}
