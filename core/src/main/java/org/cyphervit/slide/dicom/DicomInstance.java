package org.cyphervit.slide.dicom;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import org.cyphervit.UserError;

/** A file of a DICOM series: its data set, where its frames belong, and their bytes. Read from many threads at once. */
final class DicomInstance implements AutoCloseable {
    private static final int PREAMBLE = 128;
    private static final int MAX_FRAMES = 1 << 24;
    private static final int ALL = 0xffffffff;
    /** The first attribute behind those that tell which series a file belongs to. */
    private static final int AFTER_SERIES = 0x00200010;

    private final Path path;
    private final FileChannel channel;
    private final DicomInput in;
    private final DicomParser parser;
    /** Column and row of each frame's first pixel, counted from 0; empty unless the file says it of each frame. */
    private int[] places = {};

    private int placed;
    private double[] depths = {};

    private DicomInstance(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        this.in = new DicomInput(path, channel);
        this.parser = new DicomParser(in, this::frame);
    }

    /** Whether the file begins as DICOM files do. */
    static boolean isDicom(Path file) {
        byte[] start = new byte[PREAMBLE + 4];
        try (var stream = Files.newInputStream(file)) {
            return stream.readNBytes(start, 0, start.length) == start.length
                    && new String(start, PREAMBLE, 4, StandardCharsets.ISO_8859_1).equals("DICM");
        } catch (IOException e) {
            return false;
        }
    }

    /** A file's data set, all of it. */
    static DicomInstance open(Path path) {
        return open(path, ALL);
    }

    /** A file's data set up to what tells its series. */
    static DicomItem glance(Path path) {
        try (DicomInstance instance = open(path, AFTER_SERIES)) {
            return instance.dataSet();
        }
    }

    private static DicomInstance open(Path path, int until) {
        DicomInstance instance = null;
        boolean opened = false;
        try {
            instance = new DicomInstance(path, FileChannel.open(path, StandardOpenOption.READ));
            instance.parser.parse(until);
            opened = true;
            return instance;
        } catch (IOException e) {
            throw new UserError("'" + path + "' cannot be read: " + e.getMessage() + ".", e);
        } finally {
            if (instance != null && !opened) {
                instance.close();
            }
        }
    }

    private void frame(DicomItem item) {
        Optional<DicomItem> position = item.items(Tags.PLANE_POSITION).stream().findFirst();
        if (2 * placed + 2 > places.length) {
            places = Arrays.copyOf(places, Math.max(64, 2 * places.length));
            depths = Arrays.copyOf(depths, places.length / 2);
        }
        places[2 * placed] = (int) position.map(p -> p.integer(Tags.COLUMN_POSITION, 0))
                        .orElse(0L)
                        .longValue()
                - 1;
        places[2 * placed + 1] = (int) position.map(p -> p.integer(Tags.ROW_POSITION, 0))
                        .orElse(0L)
                        .longValue()
                - 1;
        depths[placed] =
                position.map(p -> p.decimal(Tags.Z_OFFSET, 0).orElse(0)).orElse(0.0);
        placed++;
    }

    Path path() {
        return path;
    }

    DicomItem dataSet() {
        return parser.dataSet();
    }

    /** Frames whose place the file tells one by one. */
    int placedFrames() {
        return placed;
    }

    int column(int frame) {
        return places[2 * frame];
    }

    int row(int frame) {
        return places[2 * frame + 1];
    }

    double depth(int frame) {
        return depths[frame];
    }

    /** How many frames the file says it has. */
    int frames() {
        double frames = dataSet().decimal(Tags.FRAMES, 0).orElse(1);
        if (!(frames >= 1 && frames <= MAX_FRAMES)) {
            throw in.broken("it says that it has " + frames + " frames");
        }
        return (int) frames;
    }

    /** Where the frames lie. */
    FrameTable table(long frameBytes) {
        DicomParser.Span pixels = parser.pixels().orElseThrow(() -> in.broken("it holds no pixels"));
        return FrameTable.of(in, pixels, parser.offsets(), frames(), frameBytes);
    }

    UserError broken(String what) {
        return in.broken(what);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UserError("'" + path + "' cannot be closed: " + e.getMessage() + ".", e);
        }
    }
}
