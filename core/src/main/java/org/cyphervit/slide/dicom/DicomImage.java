package org.cyphervit.slide.dicom;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.codec.SegmentedImage;
import org.jspecify.annotations.Nullable;

/**
 * A level of a DICOM slide: the frames of a file, or of several that are one by concatenation, each with its place in the
 * total pixel matrix. Of several focal planes the middle one is taken.
 */
final class DicomImage implements SegmentedImage {
    private static final long MAX_SIDE = 1L << 30;
    private static final long MAX_TILES = 1 << 24;
    private static final long MAX_TILE_PIXELS = 1 << 25;

    private final List<DicomInstance> parts;
    private final List<FrameTable> tables;
    private final long width;
    private final long height;
    private final FrameDecoder decoder;
    /** Number of the frame at each place of the grid, counted through all parts; -1 where there is none. */
    private final int[] frames;

    private final int focalPlanes;

    /**
     * Checks the layout against the files.
     *
     * @param parts files of one level, by the number of their first frame; without an {@link #obstacle}
     * @throws org.cyphervit.UserError if the attributes contradict each other or the files
     */
    DicomImage(List<DicomInstance> parts) {
        this.parts = List.copyOf(parts);
        DicomInstance first = parts.getFirst();
        DicomItem set = first.dataSet();
        this.width = set.integer(Tags.TOTAL_COLUMNS, 0);
        this.height = set.integer(Tags.TOTAL_ROWS, 0);
        int tileWidth = (int) set.integer(Tags.COLUMNS, 0);
        int tileHeight = (int) set.integer(Tags.ROWS, 0);
        if (width < 1
                || height < 1
                || width > MAX_SIDE
                || height > MAX_SIDE
                || tileWidth < 1
                || tileHeight < 1
                || (long) tileWidth * tileHeight > MAX_TILE_PIXELS) {
            throw first.broken("its frames of " + tileWidth + " x " + tileHeight + " pixels make a matrix of " + width
                    + " x " + height);
        }
        this.decoder = FrameDecoder.of(set, tileWidth, tileHeight);
        this.tables = parts.stream().map(part -> part.table(decoder.bytes())).toList();
        this.focalPlanes = (int) Math.max(1, set.integer(Tags.FOCAL_PLANES, 1));
        long tiles = (long) columns() * rows();
        if (tiles > MAX_TILES) {
            throw first.broken("its matrix needs " + tiles + " frames");
        }
        this.frames = isFull(set) ? full((int) tiles) : sparse((int) tiles);
    }

    /** Why a file cannot be read; nothing if it can. */
    static Optional<String> obstacle(DicomInstance part) {
        DicomItem set = part.dataSet();
        if (set.integer(Tags.OPTICAL_PATH_COUNT, 1) > 1 && isFull(set)) {
            return Optional.of("it has " + set.integer(Tags.OPTICAL_PATH_COUNT, 1)
                    + " optical paths; expected one, of white light");
        }
        return FrameDecoder.obstacle(set);
    }

    private static boolean isFull(DicomItem set) {
        return set.text(Tags.ORGANIZATION_TYPE).orElse("").equals("TILED_FULL");
    }

    // Focal plane by focal plane, each row by row.
    private int[] full(int tiles) {
        int count = tables.stream().mapToInt(FrameTable::count).sum();
        if (count != (long) tiles * focalPlanes) {
            throw parts.getFirst()
                    .broken("it has " + count + " frames where " + tiles + " places in " + focalPlanes
                            + " focal planes make a full matrix");
        }
        int[] grid = new int[tiles];
        Arrays.setAll(grid, i -> focalPlanes / 2 * tiles + i);
        return grid;
    }

    // Each frame says where it belongs. Of focal planes, the one whose depth is nearest to the middle.
    private int[] sparse(int tiles) {
        int[] grid = new int[tiles];
        Arrays.fill(grid, -1);
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (DicomInstance part : parts) {
            for (int i = 0; i < part.placedFrames(); i++) {
                least = Math.min(least, part.depth(i));
                most = Math.max(most, part.depth(i));
            }
        }
        double middle = (least + most) / 2;
        double[] distance = focalPlanes > 1 || most > least ? new double[tiles] : new double[0];
        Arrays.fill(distance, Double.POSITIVE_INFINITY);
        int number = 0;
        for (int p = 0; p < parts.size(); p++) {
            DicomInstance part = parts.get(p);
            if (part.placedFrames() < tables.get(p).count()) {
                throw part.broken("it tells the places of " + part.placedFrames() + " of its "
                        + tables.get(p).count() + " frames");
            }
            for (int i = 0; i < tables.get(p).count(); i++, number++) {
                int at = place(part, i);
                double depth = Math.abs(part.depth(i) - middle);
                if (distance.length == 0 || depth < distance[at]) {
                    grid[at] = number;
                    if (distance.length > 0) {
                        distance[at] = depth;
                    }
                }
            }
        }
        return grid;
    }

    private int place(DicomInstance part, int frame) {
        int x = part.column(frame);
        int y = part.row(frame);
        if (x < 0 || y < 0 || x >= width || y >= height || x % segmentWidth() != 0 || y % segmentHeight() != 0) {
            throw part.broken("frame " + frame + " should lie at column " + x + ", row " + y
                    + ", which is no place of a grid of " + segmentWidth() + " x " + segmentHeight() + " pixels");
        }
        return y / segmentHeight() * columns() + x / segmentWidth();
    }

    int focalPlanes() {
        return focalPlanes;
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
        return decoder.width();
    }

    @Override
    public int segmentHeight() {
        return decoder.height();
    }

    @Override
    public @Nullable RgbImage segment(int column, int row) {
        int frame = frames[row * columns() + column];
        if (frame < 0) {
            return null;
        }
        int p = 0;
        int index = frame;
        while (index >= tables.get(p).count()) {
            index -= tables.get(p).count();
            p++;
        }
        String what = parts.get(p).path() + ", frame " + index;
        // No encoder makes more of incompressible pixels than this.
        byte[] bytes = tables.get(p).frame(index, 4 * decoder.bytes() + (1 << 16));
        try {
            return decoder.decode(bytes, what);
        } catch (IOException e) {
            throw parts.get(p).broken("frame " + index + " cannot be decoded: " + e.getMessage());
        }
    }

    @Override
    public boolean isAbsent(int column, int row) {
        return frames[row * columns() + column] < 0;
    }
}
