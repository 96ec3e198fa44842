package org.cyphervit.slide.tiff;

import java.util.Arrays;
import java.util.Optional;
import org.cyphervit.image.RgbImage;
import org.jspecify.annotations.Nullable;

/** The pixels of a directory, segment by segment: a segment is a tile, a strip, or some rows of an uncompressed strip. */
public final class TiffImage {
    /** Side limits keep all pixel counts within a long; a slide of a metre at 0.1 microns has 10^7. */
    private static final long MAX_SIDE = 1L << 30;

    /** A segment is decoded whole. */
    private static final long MAX_SEGMENT_PIXELS = 1 << 25;

    private static final int ROWS_OF_STRIP_BYTES = 1 << 20;

    private final TiffDirectory directory;
    private final long width;
    private final long height;
    private final int segmentWidth;
    private final int segmentHeight;
    private final int samples;
    private final int compression;
    /** Rows of a strip on file; a strip without compression is read in parts. */
    private final long stripRows;

    private final long[] offsets;
    private final long[] counts;
    private final SegmentDecoder decoder;

    /**
     * Checks the layout against the file.
     *
     * @throws org.cyphervit.UserError if the fields contradict each other or the file
     * @throws IllegalArgumentException if {@link #obstacle} names one
     */
    public TiffImage(TiffDirectory directory) {
        obstacle(directory).ifPresent(words -> {
            throw new IllegalArgumentException(words);
        });
        this.directory = directory;
        this.width = directory.width();
        this.height = directory.height();
        this.samples = (int) directory.integer(TiffTag.SAMPLES, 1);
        this.compression = (int) directory.integer(TiffTag.COMPRESSION, 1);
        if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) {
            throw directory.file().broken("it has " + width + " x " + height + " pixels");
        }
        boolean tiled = directory.isTiled();
        this.stripRows = tiled ? 0 : Math.min(height, directory.integer(TiffTag.ROWS_PER_STRIP, height));
        long w = tiled ? directory.integer(TiffTag.TILE_WIDTH, 0) : width;
        long h = tiled ? directory.integer(TiffTag.TILE_HEIGHT, 0) : stripRows;
        if (!tiled && compression == SegmentDecoder.NONE) {
            h = Math.clamp(ROWS_OF_STRIP_BYTES / (width * samples), 1, Math.max(1, h));
        }
        if (w < 1 || h < 1 || w > MAX_SIDE || h > MAX_SIDE || w * h > MAX_SEGMENT_PIXELS) {
            throw directory.file().broken("its tiles or strips have " + w + " x " + h + " pixels");
        }
        this.segmentWidth = (int) w;
        this.segmentHeight = (int) h;
        this.offsets = directory.integers(tiled ? TiffTag.TILE_OFFSETS : TiffTag.STRIP_OFFSETS);
        this.counts = directory.integers(tiled ? TiffTag.TILE_BYTES : TiffTag.STRIP_BYTES);
        long needed = tiled ? (long) columns() * rows() : (height + stripRows - 1) / stripRows;
        if (offsets.length < needed || counts.length < needed) {
            throw directory
                    .file()
                    .broken("it needs " + needed + " tiles or strips and lists " + offsets.length + " places and "
                            + counts.length + " sizes");
        }
        this.decoder = new SegmentDecoder(directory);
    }

    /** Why this class cannot read such a directory, or nothing if it can. */
    public static Optional<String> obstacle(TiffDirectory directory) {
        long samples = directory.integer(TiffTag.SAMPLES, 1);
        long compression = directory.integer(TiffTag.COMPRESSION, 1);
        if (!SegmentDecoder.knows(compression)) {
            return Optional.of(
                    compression == 33003 || compression == 33005 || compression == 34712
                            ? "its tiles are JPEG 2000"
                            : "its compression is number " + compression);
        }
        if (Arrays.stream(directory.integers(TiffTag.BITS)).anyMatch(bits -> bits != 8)
                || !directory.has(TiffTag.BITS)) {
            return Optional.of("its samples have other than 8 bits");
        }
        if (samples > 1 && directory.integer(TiffTag.PLANAR, 1) != 1) {
            return Optional.of("its colours lie in separate planes");
        }
        long photometric = directory.integer(TiffTag.PHOTOMETRIC, -1);
        boolean jpeg = compression == SegmentDecoder.JPEG;
        boolean grey = samples == 1 && photometric == 1;
        boolean rgb = (samples == 3 || (samples == 4 && !jpeg)) && photometric == 2;
        boolean ycc = samples == 3 && photometric == 6 && jpeg;
        if (!grey && !rgb && !ycc) {
            return Optional.of("its pixels are " + samples + " samples of photometric kind " + photometric);
        }
        return directory.integer(TiffTag.ORIENTATION, 1) == 1 ? Optional.empty() : Optional.of("it is stored turned");
    }

    public long width() {
        return width;
    }

    public long height() {
        return height;
    }

    public int segmentWidth() {
        return segmentWidth;
    }

    public int segmentHeight() {
        return segmentHeight;
    }

    /** Segments across. */
    public int columns() {
        return Math.toIntExact((width + segmentWidth - 1) / segmentWidth);
    }

    /** Segments down. */
    public int rows() {
        return Math.toIntExact((height + segmentHeight - 1) / segmentHeight);
    }

    /**
     * Decodes a segment; those at the right and lower edge may reach beyond the image, or end with it.
     *
     * @return null where the file holds none (a sparse slide)
     * @throws org.cyphervit.UserError if it is broken
     */
    public @Nullable RgbImage segment(int column, int row) {
        if (directory.isTiled() || compression != SegmentDecoder.NONE) {
            int index = row * columns() + column;
            int rowsHere = directory.isTiled()
                    ? segmentHeight
                    : (int) Math.min(segmentHeight, height - (long) row * segmentHeight);
            return isAbsent(index)
                    ? null
                    : decoder.decode(offsets[index], counts[index], segmentWidth, rowsHere, "tile or strip " + index);
        }
        return rowsOfStrips((long) row * segmentHeight);
    }

    /** Whether the file is known to hold nothing there. */
    public boolean isAbsent(int column, int row) {
        boolean parts = !directory.isTiled() && compression == SegmentDecoder.NONE;
        return !parts && isAbsent(row * columns() + column);
    }

    private RgbImage rowsOfStrips(long first) {
        int count = (int) Math.min(segmentHeight, height - first);
        RgbImage image = RgbImage.blank(segmentWidth, count);
        Arrays.fill(image.rgb(), (byte) 255);
        long rowBytes = width * samples;
        for (long y = first; y < first + count; ) {
            int strip = (int) (y / stripRows);
            int rows = (int) Math.min(first + count, (strip + 1) * stripRows) - (int) y;
            if (!isAbsent(strip)) {
                long from = offsets[strip] + (y - strip * stripRows) * rowBytes;
                RgbImage part = decoder.decode(from, rows * rowBytes, segmentWidth, rows, "strip " + strip);
                System.arraycopy(part.rgb(), 0, image.rgb(), (int) (y - first) * 3 * segmentWidth, part.rgb().length);
            }
            y += rows;
        }
        return image;
    }

    private boolean isAbsent(int index) {
        return counts[index] == 0 || offsets[index] == 0;
    }
}
