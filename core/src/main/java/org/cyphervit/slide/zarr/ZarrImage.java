package org.cyphervit.slide.zarr;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.cyphervit.UserError;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.PlaneAxis;
import org.cyphervit.slide.codec.SegmentedImage;
import org.jspecify.annotations.Nullable;

/** A level: an array with axes y and x, of which one plane of bytes or three of colours are read. */
final class ZarrImage implements SegmentedImage {
    private static final long MAX_SIDE = 1L << 30;
    private static final long MAX_CHUNK_PIXELS = 1 << 25;

    private final ZarrArray array;
    private final String name;
    private final long[] shape;
    private final int[] chunks;
    private final int x;
    private final int y;
    /** The axis of colours, or -1 where a single plane is read. */
    private final int c;

    private final long[] fixed;

    /** @throws IOException if the array cannot be a picture of stained tissue */
    ZarrImage(ZarrArray array, List<String> axes, List<PlaneAxis> planes, String name) throws IOException {
        this.array = array;
        this.name = name;
        this.shape = array.shape();
        this.chunks = array.chunks();
        this.x = axes.indexOf("x");
        this.y = axes.indexOf("y");
        if (x < 0 || y < 0 || axes.size() != shape.length || shape[x] > MAX_SIDE || shape[y] > MAX_SIDE) {
            throw new IOException("its axes are " + axes + " for " + Arrays.toString(shape) + " values");
        }
        if ((long) chunks[x] * chunks[y] > MAX_CHUNK_PIXELS) {
            throw new IOException("its chunks have " + chunks[x] + " x " + chunks[y] + " pixels, too many to hold");
        }
        this.fixed = new long[shape.length];
        int colours = -1;
        for (PlaneAxis plane : planes) {
            int axis = axes.indexOf(plane.axis());
            if (axis >= 0 && plane.chosen() > 0) {
                // A coarser level may have fewer planes too: the one at the same depth.
                fixed[axis] = (2L * plane.chosen() - 1) * shape[axis] / (2L * plane.count());
            } else if (axis >= 0) {
                colours = axis;
            }
        }
        this.c = colours;
        if (c >= 0 && shape[c] != 3) {
            throw new IOException("it has " + shape[c] + " channels on one level, and three on another");
        }
    }

    @Override
    public long width() {
        return shape[x];
    }

    @Override
    public long height() {
        return shape[y];
    }

    @Override
    public int segmentWidth() {
        return chunks[x];
    }

    @Override
    public int segmentHeight() {
        return chunks[y];
    }

    @Override
    public boolean isAbsent(int column, int row) {
        return false; // what is not stored has the fill value
    }

    @Override
    public RgbImage segment(int column, int row) {
        int colours = c < 0 ? 1 : (int) shape[c];
        RgbImage image = RgbImage.blank(chunks[x], chunks[y]);
        byte[] values = null;
        long loaded = -1;
        for (int k = 0; k < colours; k++) {
            long[] place = new long[shape.length];
            int from = 0;
            for (int i = 0; i < shape.length; i++) {
                long at = i == x ? (long) column * chunks[x] : i == y ? (long) row * chunks[y] : i == c ? k : fixed[i];
                place[i] = at / chunks[i];
                from += (int) (at % chunks[i]) * stride(i);
            }
            if (k == 0 || place[c] != loaded) {
                values = load(place);
                loaded = c < 0 ? 0 : place[c];
            }
            copy(values, from, image.rgb(), k, colours == 1);
        }
        return image;
    }

    private byte @Nullable [] load(long[] place) {
        try {
            return array.chunk(place);
        } catch (IOException e) {
            throw new UserError("'" + name + "' is broken: " + e.getMessage() + ". Copy or export it again.", e);
        }
    }

    private void copy(byte @Nullable [] values, int from, byte[] rgb, int colour, boolean grey) {
        int across = stride(x);
        int down = stride(y);
        for (int row = 0, to = 0; row < chunks[y]; row++) {
            for (int column = 0; column < chunks[x]; column++, to += 3) {
                byte value = values == null ? (byte) array.fill() : values[from + row * down + column * across];
                if (grey) {
                    rgb[to] = value;
                    rgb[to + 1] = value;
                    rgb[to + 2] = value;
                } else {
                    rgb[to + colour] = value;
                }
            }
        }
    }

    private int stride(int axis) {
        int stride = 1;
        for (int i = axis + 1; i < chunks.length; i++) {
            stride *= chunks[i];
        }
        return stride;
    }
}
