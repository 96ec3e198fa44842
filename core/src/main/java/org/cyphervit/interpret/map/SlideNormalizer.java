package org.cyphervit.interpret.map;

import java.util.ArrayList;
import java.util.List;
import org.cyphervit.UserError;
import org.cyphervit.slide.Bounds;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.tissue.TissueMask;
import org.cyphervit.stain.StainFit;

/** Normalizes a slide's stains, measured once on pieces of its tissue, so that no window differs from its neighbour. */
final class SlideNormalizer {
    // Enough for stains to two digits: half a million pixels.
    private static final int PIECES = 32;
    private static final int SIDE = 128;
    private static final double LEAST_TISSUE = 0.5;

    private final StainFit source;
    private final StainFit target;

    private SlideNormalizer(StainFit source, StainFit target) {
        this.source = source;
        this.target = target;
    }

    /**
     * Measures a slide.
     *
     * @param downsample level-0 pixels per pixel of what will be normalized
     * @param target what it is normalized to, by whose method it is measured
     * @throws UserError if its tissue holds too little stain
     */
    static SlideNormalizer measure(Slide slide, TissueMask tissue, double downsample, StainFit target) {
        List<double[]> places = places(slide.bounds(), tissue, SIDE * downsample);
        int pieces = Math.min(PIECES, places.size());
        byte[] pixels = new byte[3 * SIDE * SIDE * pieces];
        for (int i = 0; i < pieces; i++) {
            double[] place = places.get((int) ((long) i * places.size() / pieces));
            byte[] piece =
                    slide.read(place[0], place[1], downsample, SIDE, SIDE).rgb();
            System.arraycopy(piece, 0, pixels, i * piece.length, piece.length);
        }
        StainFit source = target.method()
                .fit(pixels)
                .orElseThrow(() -> new UserError("'" + slide.path() + "' holds too little stain to be measured ("
                        + pieces + " pieces of tissue). Map it as it is (setting 'stain' none)."));
        return new SlideNormalizer(source, target);
    }

    /** Normalizes interleaved RGB pixels of the slide, in place. */
    void normalize(byte[] rgb) {
        source.recolor(rgb, target);
    }

    // Upper left corners of all pieces with tissue.
    private static List<double[]> places(Bounds bounds, TissueMask tissue, double side) {
        List<double[]> places = new ArrayList<>();
        for (double y = bounds.y(); y + side <= bounds.y() + bounds.height(); y += side) {
            for (double x = bounds.x(); x + side <= bounds.x() + bounds.width(); x += side) {
                if (tissue.coverage(x, y, side) >= LEAST_TISSUE) {
                    places.add(new double[] {x, y});
                }
            }
        }
        return places;
    }
}
