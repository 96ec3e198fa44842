package org.cyphervit.slide;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.tiff.TiffDirectory;
import org.cyphervit.slide.tiff.TiffFile;
import org.cyphervit.slide.tiff.TiffImage;
import org.cyphervit.slide.tiff.TiffTag;

/** A TIFF file, pyramidal or not, and Aperio's SVS. */
final class TiffSlide extends Slide {
    private final TiffFile file;
    private final List<TiffImage> images;
    private final SegmentCache cache = new SegmentCache();

    private TiffSlide(TiffFile file, List<TiffImage> images, List<PyramidLevel> levels, Calibration calibration) {
        super(
                file.path(),
                levels,
                new Bounds(0, 0, levels.getFirst().width(), levels.getFirst().height()),
                calibration);
        this.file = file;
        this.images = images;
    }

    /** Why this reader must not, or cannot, read the file; nothing if it can. */
    static Optional<String> obstacle(TiffFile file) {
        TiffDirectory first = file.directories().getFirst();
        return vendor(first)
                .map(vendor -> "it is a slide of " + vendor + ", whose tiles do not lie as in other TIFF files")
                .or(() -> TiffImage.obstacle(first));
    }

    /** Whether a general TIFF decoder would read it right: its first image is the whole picture. */
    static boolean isPlain(TiffFile file) {
        TiffDirectory first = file.directories().getFirst();
        return vendor(first).isEmpty() && !isAperio(first) && !first.isTiled();
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
        if (software.startsWith("Philips")) {
            return Optional.of("Philips");
        }
        if (software.startsWith("MedScan")) {
            return Optional.of("Trestle");
        }
        return first.text(TiffTag.XMP).orElse("").contains("iScan") ? Optional.of("Ventana") : Optional.empty();
    }

    private static boolean isAperio(TiffDirectory first) {
        return first.text(TiffTag.IMAGE_DESCRIPTION).orElse("").startsWith("Aperio");
    }

    static TiffSlide of(TiffFile file, OptionalDouble mpp) {
        TiffDirectory first = file.directories().getFirst();
        List<TiffImage> images = new ArrayList<>(List.of(new TiffImage(first)));
        List<TiffDirectory> others =
                new ArrayList<>(file.directories().subList(1, file.directories().size()));
        others.addAll(file.subDirectories(first)); // where OME-TIFF keeps its pyramid
        for (TiffDirectory other : others) {
            if (isLevel(first, other)) {
                images.add(new TiffImage(other));
            }
        }
        images.subList(1, images.size())
                .sort(Comparator.comparingLong(TiffImage::width).reversed());
        TiffImage base = images.getFirst();
        List<PyramidLevel> levels = images.stream()
                .map(image -> PyramidLevel.of(base.width(), base.height(), image.width(), image.height()))
                .toList();
        return new TiffSlide(file, images, levels, Calibration.of(first).or(mpp));
    }

    // A smaller picture of the same, not a label, a macro or Aperio's thumbnail (which is not tiled).
    private static boolean isLevel(TiffDirectory first, TiffDirectory other) {
        long width = other.width();
        long height = other.height();
        if (TiffImage.obstacle(other).isPresent() || first.isTiled() != other.isTiled() || width < 1 || height < 1) {
            return false;
        }
        double x = (double) first.width() / width;
        double y = (double) first.height() / height;
        // Rounding changes a side by less than a pixel.
        double error = 1.0 / Math.min(width, height) + 0.001;
        boolean reduced = isAperio(first)
                || (other.integer(TiffTag.SUBFILE_TYPE, 0) & 1) == 1
                || first.has(TiffTag.SUB_DIRECTORIES);
        return reduced && x > 1.2 && y > 1.2 && Math.abs(x / y - 1) <= error;
    }

    @Override
    public String reader() {
        return "Java (TIFF)";
    }

    @Override
    RgbImage pixels(int level, long x, long y, int width, int height) {
        TiffImage image = images.get(level);
        RgbImage canvas = Pixels.white(width, height);
        long right = Math.min(image.width(), x + width);
        long bottom = Math.min(image.height(), y + height);
        if (x >= right || y >= bottom || right <= 0 || bottom <= 0) {
            return canvas;
        }
        int w = image.segmentWidth();
        int h = image.segmentHeight();
        for (long row = Math.max(0, y) / h; row * h < bottom; row++) {
            for (long column = Math.max(0, x) / w; column * w < right; column++) {
                RgbImage segment = cache.get(image, level, (int) column, (int) row);
                if (segment != null) {
                    Pixels.paste(segment, column * w - x, row * h - y, canvas);
                }
            }
        }
        clear(canvas, image.width() - x, image.height() - y);
        return canvas;
    }

    @Override
    boolean isEmpty(int level, long x, long y, int width, int height) {
        TiffImage image = images.get(level);
        long right = Math.min(image.width(), x + width);
        long bottom = Math.min(image.height(), y + height);
        int w = image.segmentWidth();
        int h = image.segmentHeight();
        for (long row = Math.max(0, y) / h; row * h < bottom; row++) {
            for (long column = Math.max(0, x) / w; column * w < right; column++) {
                if (!image.isAbsent((int) column, (int) row)) {
                    return false;
                }
            }
        }
        return true;
    }

    // Tiles at the edge reach beyond the image; what they hold there is none of it.
    private static void clear(RgbImage canvas, long columns, long rows) {
        int left = Math.clamp(columns, 0, canvas.width());
        int top = Math.clamp(rows, 0, canvas.height());
        if (left < canvas.width()) {
            RgbImage strip = Pixels.white(canvas.width() - left, canvas.height());
            Pixels.paste(strip, left, 0, canvas);
        }
        if (top < canvas.height()) {
            Pixels.paste(Pixels.white(canvas.width(), canvas.height() - top), 0, top, canvas);
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
