package org.cyphervit.slide.codec;

import org.cyphervit.image.RgbImage;
import org.jspecify.annotations.Nullable;

/**
 * One resolution of a slide as its file holds it: a grid of segments (tiles, frames, strips or chunks), each decoded by
 * itself. Used from many threads at once.
 */
public interface SegmentedImage {
    /** Pixels across. */
    long width();

    /** Pixels down. */
    long height();

    /** Pixels across a segment. */
    int segmentWidth();

    /** Pixels down a segment. */
    int segmentHeight();

    /**
     * Decodes a segment; those at the right and lower edge may reach beyond the image, or end with it.
     *
     * @return null where the file holds none (a sparse slide)
     * @throws org.cyphervit.UserError if it is broken
     */
    @Nullable
    RgbImage segment(int column, int row);

    /** Whether the file is known to hold nothing there. */
    boolean isAbsent(int column, int row);

    /** Segments across. */
    default int columns() {
        return Math.toIntExact((width() + segmentWidth() - 1) / segmentWidth());
    }

    /** Segments down. */
    default int rows() {
        return Math.toIntExact((height() + segmentHeight() - 1) / segmentHeight());
    }
}
