package org.cyphervit.interpret.map;

import org.cyphervit.UserError;
import org.cyphervit.slide.Bounds;

/**
 * Where a map lies on its slide and how large it is.
 *
 * @param width of the map, pixels
 * @param height of the map, pixels
 * @param scale level-0 pixels per map pixel
 * @param x left edge, level-0 pixels
 * @param y upper edge, level-0 pixels
 * @param unit pixels of the encoder's images per map pixel
 * @param window W, pixels of the encoder's images
 * @param patch P, likewise
 */
record MapShape(int width, int height, double scale, double x, double y, int unit, int window, int patch) {
    /** Maps beyond this side would overflow what tiles are numbered by. */
    private static final double MOST = 200_000;

    /**
     * The map of a region.
     *
     * @param region level-0 pixels
     * @param downsample level-0 pixels per pixel of the encoder's images
     */
    static MapShape of(Bounds region, double downsample, int window, int patch, int shifts) {
        if (patch % shifts != 0) {
            throw new UserError(
                    "The shifts (setting 'shifts') must divide the patch of " + patch + " pixels; got " + shifts + ".");
        }
        int unit = patch / shifts;
        double width = Math.ceil(region.width() / downsample / unit);
        double height = Math.ceil(region.height() / downsample / unit);
        if (width < 1 || height < 1 || width > MOST || height > MOST) {
            throw new UserError("The map would have " + (long) width + " x " + (long) height + " pixels; up to "
                    + (long) MOST + " a side can be made. Check the microns per pixel of slide and encoder.");
        }
        return new MapShape(
                (int) width,
                (int) height,
                unit * downsample,
                region.x(),
                region.y(),
                unit,
                window / patch * patch,
                patch);
    }

    /** Map pixels from a window to the next, which overlap by half. */
    int stride() {
        return Math.max(1, window / patch / 2) * shifts();
    }

    /** Map pixels that a patch covers, each way. */
    int shifts() {
        return patch / unit;
    }

    /** Map pixels that a window covers. */
    int span() {
        return window / unit;
    }

    /** Columns of a band: the map, a margin of a stride at either side, and what windows reach beyond. */
    int bandColumns() {
        return width + 2 * stride() + span() + shifts();
    }

    /** Level-0 pixels per pixel of the encoder's images. */
    double downsample() {
        return scale / unit;
    }
}
