package org.cyphervit.slide.tissue;

import java.util.BitSet;
import java.util.stream.IntStream;
import org.cyphervit.UserError;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.Bounds;
import org.cyphervit.slide.Slide;

/**
 * The scanned part of a slide, small enough for memory.
 *
 * @param image the picture
 * @param downsample level-0 pixels per pixel of the picture
 * @param bounds what it shows, level-0 pixels
 * @param unreadable pixels of the picture that could not be read, row by row; they are white
 */
public record Overview(RgbImage image, double downsample, Bounds bounds, BitSet unreadable) {
    /** As many pixels as a slide of 80 x 80 cm has at 8 um. */
    private static final long MAX_PIXELS = 100_000_000;

    /** Pixels of a side that are read at once. */
    private static final double BLOCK = 1024;

    /**
     * Reads it with all processors, in blocks: memory does not grow with the slide.
     *
     * @param downsample level-0 pixels per pixel of the picture, at least 1
     * @throws UserError if the picture would be absurdly large
     */
    public static Overview of(Slide slide, double downsample) {
        Bounds bounds = slide.bounds();
        long width = Math.max(1, Math.round(bounds.width() / downsample));
        long height = Math.max(1, Math.round(bounds.height() / downsample));
        if (width > MAX_PIXELS / height) {
            throw new UserError("'" + slide.path() + "' would have " + width + " x " + height + " pixels seen from far;"
                    + " no slide is so large. Check its scale: " + slide.calibration() + ".");
        }
        RgbImage image = RgbImage.blank((int) width, (int) height);
        BitSet unreadable = new BitSet();
        double finest = slide.levels().stream()
                .mapToDouble(level -> level.downsample() <= downsample ? level.downsample() : 1)
                .max()
                .orElse(1);
        int side = (int) Math.clamp(BLOCK * finest / downsample, 1, BLOCK);
        int across = (image.width() + side - 1) / side;
        int down = (image.height() + side - 1) / side;
        IntStream.range(0, across * down).parallel().forEach(i -> {
            int x = i % across * side;
            int y = i / across * side;
            int w = Math.min(side, image.width() - x);
            int h = Math.min(side, image.height() - y);
            byte[] part = read(slide, bounds.x() + x * downsample, bounds.y() + y * downsample, downsample, w, h);
            for (int row = 0; row < h; row++) {
                int at = (y + row) * image.width() + x;
                if (part.length == 0) {
                    java.util.Arrays.fill(image.rgb(), 3 * at, 3 * (at + w), (byte) 255);
                    synchronized (unreadable) {
                        unreadable.set(at, at + w);
                    }
                } else {
                    System.arraycopy(part, 3 * row * w, image.rgb(), 3 * at, 3 * w);
                }
            }
        });
        return new Overview(image, downsample, bounds, unreadable);
    }

    // Nothing where a part of the slide is broken: the rest is still worth having.
    private static byte[] read(Slide slide, double x, double y, double downsample, int width, int height) {
        try {
            return slide.read(x, y, downsample, width, height).rgb();
        } catch (UserError e) {
            return new byte[0];
        }
    }
}
