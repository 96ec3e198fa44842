package org.cyphervit.slide.tiff;

import java.util.Arrays;
import java.util.Optional;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.codec.OpenJpeg;
import org.cyphervit.slide.codec.SegmentedImage;
import org.jspecify.annotations.Nullable;

/** The pixels of a directory, segment by segment: a segment is a tile, a strip, or some rows of an uncompressed strip. */
public final class TiffImage implements SegmentedImage {
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
    /** Of a segment's pixel. */
    private final int samples;

    private final int compression;
    /** Rows of a strip on file; a strip without compression is read in parts. */
    private final long stripRows;

    private final long[] offsets;
    private final long[] counts;
    /** Where the plane's segments begin in the lists: 0 unless the colours lie in separate planes. */
    private final int firstSegment;

    private final SegmentDecoder decoder;

    /** All colours of a directory whose pixels hold them side by side. */
    public TiffImage(TiffDirectory directory) {
        this(directory, 0);
    }

    /**
     * Checks the layout against the file.
     *
     * @param plane which colour, where they lie in separate planes; else 0
     * @throws org.cyphervit.UserError if the fields contradict each other or the file
     * @throws IllegalArgumentException if {@link #obstacle} names one
     */
    TiffImage(TiffDirectory directory, int plane) {
        obstacle(directory).ifPresent(words -> {
            throw new IllegalArgumentException(words);
        });
        this.directory = directory;
        this.width = directory.width();
        this.height = directory.height();
        this.samples = isPlanar(directory) ? 1 : (int) directory.integer(TiffTag.SAMPLES, 1);
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
        long each = tiled ? (long) columns() * rows() : (height + stripRows - 1) / stripRows;
        long needed = each * (plane + 1);
        if (offsets.length < needed || counts.length < needed) {
            throw directory
                    .file()
                    .broken("it needs " + needed + " tiles or strips and lists " + offsets.length + " places and "
                            + counts.length + " sizes");
        }
        this.firstSegment = (int) (each * plane);
        this.decoder = new SegmentDecoder(directory, samples);
    }

    /** The image of a directory, whether its colours lie side by side or in separate planes. */
    public static SegmentedImage of(TiffDirectory directory) {
        return isPlanar(directory)
                ? new PlanarImage(new TiffImage(directory, 0), new TiffImage(directory, 1), new TiffImage(directory, 2))
                : new TiffImage(directory);
    }

    /** Planes of one image have the same size and segments. */
    void checkSameLayout(TiffImage other) {
        if (width != other.width
                || height != other.height
                || segmentWidth != other.segmentWidth
                || segmentHeight != other.segmentHeight) {
            throw directory
                    .file()
                    .broken("its colour planes differ: " + width + " x " + height + " pixels and " + other.width + " x "
                            + other.height);
        }
    }

    private static boolean isPlanar(TiffDirectory directory) {
        return directory.integer(TiffTag.SAMPLES, 1) > 1 && directory.integer(TiffTag.PLANAR, 1) == 2;
    }

    /** Why this class cannot read such a directory, or nothing if it can. */
    public static Optional<String> obstacle(TiffDirectory directory) {
        long samples = directory.integer(TiffTag.SAMPLES, 1);
        long compression = directory.integer(TiffTag.COMPRESSION, 1);
        if (!SegmentDecoder.knows(compression)) {
            return Optional.of("its compression is number " + compression);
        }
        if (SegmentDecoder.isJpeg2000(compression) && OpenJpeg.version().isEmpty()) {
            return Optional.of("its tiles are JPEG 2000, and the library OpenJPEG was not found");
        }
        if (Arrays.stream(directory.integers(TiffTag.BITS)).anyMatch(bits -> bits != 8)
                || !directory.has(TiffTag.BITS)) {
            return Optional.of("its samples have other than 8 bits");
        }
        long photometric = directory.integer(TiffTag.PHOTOMETRIC, -1);
        boolean jpeg = compression == SegmentDecoder.JPEG || SegmentDecoder.isJpeg2000(compression);
        if (samples > 1 && directory.integer(TiffTag.PLANAR, 1) != 1 && (samples != 3 || photometric != 2)) {
            return Optional.of("its colours lie in separate planes that are not red, green and blue");
        }
        boolean grey = samples == 1 && photometric == 1;
        boolean rgb = (samples == 3 || (samples == 4 && !jpeg)) && photometric == 2;
        boolean ycc = samples == 3 && photometric == 6 && jpeg;
        if (!grey && !rgb && !ycc) {
            return Optional.of("its pixels are " + samples + " samples of photometric kind " + photometric);
        }
        return directory.integer(TiffTag.ORIENTATION, 1) == 1 ? Optional.empty() : Optional.of("it is stored turned");
    }

    @Override
    public long width() {
        return width;
    }

    @Override
    public long height() {
        return height;
    }

    @Override
    public int segmentWidth() {
        return segmentWidth;
    }

    @Override
    public int segmentHeight() {
        return segmentHeight;
    }

    @Override
    public @Nullable RgbImage segment(int column, int row) {
        if (directory.isTiled() || compression != SegmentDecoder.NONE) {
            int index = index(column, row);
            int rowsHere = directory.isTiled()
                    ? segmentHeight
                    : (int) Math.min(segmentHeight, height - (long) row * segmentHeight);
            return isAbsent(index)
                    ? null
                    : decoder.decode(offsets[index], counts[index], segmentWidth, rowsHere, "tile or strip " + index);
        }
        return rowsOfStrips((long) row * segmentHeight);
    }

    @Override
    public boolean isAbsent(int column, int row) {
        boolean parts = !directory.isTiled() && compression == SegmentDecoder.NONE;
        return !parts && isAbsent(index(column, row));
    }

    private int index(int column, int row) {
        return firstSegment + row * columns() + column;
    }

    private RgbImage rowsOfStrips(long first) {
        int count = (int) Math.min(segmentHeight, height - first);
        RgbImage image = RgbImage.blank(segmentWidth, count);
        Arrays.fill(image.rgb(), (byte) 255);
        long rowBytes = width * samples;
        for (long y = first; y < first + count; ) {
            int number = (int) (y / stripRows);
            int strip = firstSegment + number;
            int rows = (int) Math.min(first + count, (number + 1) * stripRows) - (int) y;
            if (!isAbsent(strip)) {
                long from = offsets[strip] + (y - number * stripRows) * rowBytes;
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
