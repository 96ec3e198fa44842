package org.cyphervit.slide.tiff;

import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.codec.SegmentedImage;
import org.jspecify.annotations.Nullable;

/** Red, green and blue that lie in separate planes or directories, as one image; all are cut into the same segments. */
public final class PlanarImage implements SegmentedImage {
    private final TiffImage red;
    private final TiffImage green;
    private final TiffImage blue;

    /** @throws org.cyphervit.UserError if the planes differ in size or in their segments */
    public PlanarImage(TiffImage red, TiffImage green, TiffImage blue) {
        this.red = red;
        this.green = green;
        this.blue = blue;
        red.checkSameLayout(green);
        red.checkSameLayout(blue);
    }

    @Override
    public long width() {
        return red.width();
    }

    @Override
    public long height() {
        return red.height();
    }

    @Override
    public int segmentWidth() {
        return red.segmentWidth();
    }

    @Override
    public int segmentHeight() {
        return red.segmentHeight();
    }

    @Override
    public @Nullable RgbImage segment(int column, int row) {
        RgbImage r = red.segment(column, row);
        RgbImage g = green.segment(column, row);
        RgbImage b = blue.segment(column, row);
        if (r == null || g == null || b == null) {
            return null;
        }
        RgbImage image = RgbImage.blank(r.width(), r.height());
        byte[] to = image.rgb();
        for (int i = 0; i < to.length; i += 3) {
            to[i] = r.rgb()[i];
            to[i + 1] = g.rgb()[i];
            to[i + 2] = b.rgb()[i];
        }
        return image;
    }

    @Override
    public boolean isAbsent(int column, int row) {
        return red.isAbsent(column, row);
    }
}
