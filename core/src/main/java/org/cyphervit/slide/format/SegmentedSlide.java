package org.cyphervit.slide.format;

import java.nio.file.Path;
import java.util.List;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.Bounds;
import org.cyphervit.slide.Calibration;
import org.cyphervit.slide.Pixels;
import org.cyphervit.slide.PyramidLevel;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideFacts;
import org.cyphervit.slide.codec.SegmentedImage;

/** A slide that Java reads segment by segment; only those that a region needs are decoded. */
final class SegmentedSlide extends Slide {
    private final String reader;
    private final List<SegmentedImage> images;
    private final Runnable closer;
    private final SegmentCache cache = new SegmentCache();

    /**
     * A slide.
     *
     * @param images of the levels, from fine to coarse; one may be larger than its level, by padding at the right and below
     * @param closer closes the file
     */
    SegmentedSlide(
            Path path,
            String reader,
            List<? extends SegmentedImage> images,
            List<PyramidLevel> levels,
            Calibration calibration,
            SlideFacts facts,
            Runnable closer) {
        super(
                path,
                levels,
                new Bounds(0, 0, levels.getFirst().width(), levels.getFirst().height()),
                calibration,
                facts);
        this.reader = reader;
        this.images = List.copyOf(images);
        this.closer = closer;
    }

    @Override
    public String reader() {
        return reader;
    }

    @Override
    protected RgbImage pixels(int level, long x, long y, int width, int height) {
        SegmentedImage image = images.get(level);
        RgbImage canvas = Pixels.white(width, height);
        long right = Math.min(levels().get(level).width(), x + width);
        long bottom = Math.min(levels().get(level).height(), y + height);
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
        clear(canvas, right - x, bottom - y);
        return canvas;
    }

    @Override
    protected boolean isEmpty(int level, long x, long y, int width, int height) {
        SegmentedImage image = images.get(level);
        long right = Math.min(levels().get(level).width(), x + width);
        long bottom = Math.min(levels().get(level).height(), y + height);
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

    // Segments at the edge reach beyond the level; what they hold there is none of it.
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
        closer.run();
    }
}
