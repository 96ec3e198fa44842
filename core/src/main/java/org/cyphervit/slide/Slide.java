package org.cyphervit.slide;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.cyphervit.UserError;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.format.SlideReaders;

/**
 * A slide or an image, read by region, from many threads at once. What lies outside of it, or was not scanned, is white.
 *
 * {@snippet :
 * try (Slide slide = Slide.open(Path.of("case.svs"))) {
 *     RgbImage tile = slide.read(12_000, 8_000, 0.5 / slide.mpp(), 224, 224); // 112 um of tissue
 * }
 * }
 */
public abstract class Slide implements AutoCloseable {
    /** A level this much too coarse is still taken: the eye sees no difference, and the next finer one costs much more. */
    private static final double TOLERANCE = 1.05;

    /** Larger regions are read in blocks, so that memory does not grow with the region; pixels of a side. */
    private static final int BLOCK = 2048;

    private final Path path;
    private final List<PyramidLevel> levels;
    private final Bounds bounds;
    private final Calibration calibration;
    private final SlideFacts facts;

    protected Slide(Path path, List<PyramidLevel> levels, Bounds bounds, Calibration calibration, SlideFacts facts) {
        this.path = path;
        this.levels = List.copyOf(levels);
        this.bounds = bounds;
        this.calibration = calibration;
        this.facts = facts;
    }

    /** Opens a slide with the reader that suits it. */
    public static Slide open(Path path) {
        return open(path, SlideReader.AUTO, OptionalDouble.empty());
    }

    /**
     * Opens a slide.
     *
     * @param mpp microns per pixel of level 0, for a slide that does not say it
     * @throws UserError if the file is missing, broken or of a kind the reader does not know
     */
    public static Slide open(Path path, SlideReader reader, OptionalDouble mpp) {
        return SlideReaders.open(path, reader, mpp);
    }

    /** The file. */
    public final Path path() {
        return path;
    }

    /** From fine to coarse; the first is level 0. */
    public final List<PyramidLevel> levels() {
        return levels;
    }

    /** What was scanned, level-0 pixels. */
    public final Bounds bounds() {
        return bounds;
    }

    /** Pixels of level 0, across. */
    public final long width() {
        return levels.getFirst().width();
    }

    /** Pixels of level 0, down. */
    public final long height() {
        return levels.getFirst().height();
    }

    /** Whether the slide, or who opened it, said how many microns a pixel is. */
    public final boolean isCalibrated() {
        return calibration.mpp().isPresent();
    }

    /** Whether the scale is the word of who opened the slide, which says none. */
    public final boolean isScaleGiven() {
        return calibration.given();
    }

    /** What the slide says of its scale, and whose word was taken. */
    public final String calibration() {
        return calibration.words();
    }

    /**
     * Microns per pixel of level 0.
     *
     * @throws UserError if nobody said it
     */
    public final double mpp() {
        return calibration
                .mpp()
                .orElseThrow(() ->
                        new UserError("'" + path + "' does not say how many microns a pixel is (" + calibration.words()
                                + "). Give its scale (setting 'mpp'), such as 0.25; it is never guessed."));
    }

    /** What the file says of itself. */
    public final SlideFacts facts() {
        return facts;
    }

    /** Who reads it, such as {@code OpenSlide 3.4.1} or {@code Java (TIFF)}. */
    public abstract String reader();

    /**
     * Pixels of a level as they are.
     *
     * @param level number of the level
     * @param x first column, pixels of the level; may lie outside, as may y
     * @param y first row, pixels of the level
     * @throws UserError if they cannot be read, naming the file
     */
    public final RgbImage readLevel(int level, long x, long y, int width, int height) {
        if (level < 0 || level >= levels.size() || width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "level %d of %d, %d x %d pixels", level, levels.size(), width, height));
        }
        return pixels(level, x, y, width, height);
    }

    /**
     * A region at any resolution: from the coarsest level that is fine enough, reduced with an antialiasing filter. Exact to
     * a fraction of a pixel.
     *
     * @param x left edge of the region, level-0 pixels
     * @param y upper edge of the region, level-0 pixels
     * @param downsample level-0 pixels per pixel of the result: the wanted microns per pixel over {@link #mpp}
     * @param width of the result, pixels
     * @param height of the result, pixels
     */
    public final RgbImage read(double x, double y, double downsample, int width, int height) {
        if (!(downsample > 0) || width < 1 || height < 1) {
            throw new IllegalArgumentException("A region of " + width + " x " + height + " at " + downsample);
        }
        int level = levelFor(downsample);
        double scale = downsample / levels.get(level).downsample();
        int side = (int) Math.clamp(BLOCK / scale, 1, BLOCK);
        if (width <= side && height <= side) {
            return block(level, x, y, downsample, width, height);
        }
        RgbImage whole = RgbImage.blank(width, height);
        for (int top = 0; top < height; top += side) {
            for (int left = 0; left < width; left += side) {
                int w = Math.min(side, width - left);
                RgbImage part = block(
                        level,
                        x + left * downsample,
                        y + top * downsample,
                        downsample,
                        w,
                        Math.min(side, height - top));
                for (int row = 0; row < part.height(); row++) {
                    System.arraycopy(part.rgb(), 3 * row * w, whole.rgb(), 3 * ((top + row) * width + left), 3 * w);
                }
            }
        }
        return whole;
    }

    /** The coarsest level that is fine enough for that downsample. */
    final int levelFor(double downsample) {
        int best = 0;
        for (int i = 1; i < levels.size(); i++) {
            double candidate = levels.get(i).downsample();
            if (candidate <= downsample * TOLERANCE
                    && candidate > levels.get(best).downsample()) {
                best = i;
            }
        }
        return best;
    }

    private RgbImage block(int level, double x, double y, double downsample, int width, int height) {
        PyramidLevel from = levels.get(level);
        ResamplingWeights columns =
                ResamplingWeights.of(x / from.downsample(), downsample / from.downsample(), width, from.width());
        ResamplingWeights rows =
                ResamplingWeights.of(y / from.downsample(), downsample / from.downsample(), height, from.height());
        if (columns.isEmpty()
                || rows.isEmpty()
                || isEmpty(level, columns.first(), rows.first(), columns.count(), rows.count())) {
            return Pixels.white(width, height);
        }
        RgbImage source = pixels(level, columns.first(), rows.first(), columns.count(), rows.count());
        return ResamplingWeights.resample(source, columns, rows);
    }

    /** As {@link #readLevel}, with arguments that make sense. */
    protected abstract RgbImage pixels(int level, long x, long y, int width, int height);

    /** Whether it is known, without reading, that nothing was scanned there; arguments as in {@link #readLevel}. */
    protected boolean isEmpty(int level, long x, long y, int width, int height) {
        return false;
    }

    @Override
    public abstract void close();
}
