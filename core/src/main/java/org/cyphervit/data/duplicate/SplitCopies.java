package org.cyphervit.data.duplicate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.cyphervit.data.TileSource;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.torch.EngineSettings;
import org.jspecify.annotations.Nullable;

/**
 * Tiles that are tested on and were learnt from: the same picture, written anew, scaled, turned by right angles or mirrored.
 * Thumbnails of 16 x 16 grey values are compared, found by a perceptual hash, so that time grows with the number of tiles and
 * not with its square. Copies turned by other angles or cut anew are found by {@link NearDuplicates}, which takes longer.
 */
public final class SplitCopies {
    private static final int SIDE = 16;
    private static final int VALUES = SIDE * SIDE;
    private static final int TURNS = 8;
    private static final int BANDS = 4; // copies whose hashes differ in at most three bits share a band
    private static final int BITS = 16; // of a band
    private static final double DOUBT = 1; // grey levels: writing a tile anew as JPEG changes a block's mean by less
    private static final int DOUBTS = 4;
    /** Blank tiles are alike without being copies: their grey values vary less than this. */
    private static final double LEAST_DEVIATION = 3;

    private static final double MOST_DIFFERENCE = 2.5; // mean, grey levels: that of a JPEG written anew is below 1
    private static final double LEAST_CORRELATION = 0.985;

    static {
        EngineSettings.beforeOpenCv();
    }

    private SplitCopies() {}

    /**
     * A tile that is on both sides.
     *
     * @param train index of it
     * @param test index of its copy
     */
    public record Copy(int train, int test) {}

    /**
     * Reads all tiles and compares them; tiles that cannot be read are passed over.
     *
     * @param progress receives how many tiles are done
     * @return a pair for each tested tile that has a copy among those that are learnt from
     */
    public static List<Copy> find(TileSource train, TileSource test, IntConsumer progress) {
        byte[][] known = thumbnails(train, progress, 0);
        byte[][] asked = thumbnails(test, progress, train.size());
        Map<Integer, List<Integer>> byKey = new HashMap<>();
        for (int i = 0; i < known.length; i++) {
            byte[] thumbnail = known[i];
            if (thumbnail != null) {
                for (int key : keys(thumbnail, false)) {
                    byKey.computeIfAbsent(key, missing -> new ArrayList<>()).add(i);
                }
            }
        }
        List<@Nullable Copy> found = IntStream.range(0, asked.length)
                .parallel()
                .<@Nullable Copy>mapToObj(i -> asked[i] == null ? null : copy(asked[i], i, known, byKey))
                .toList();
        List<Copy> copies = new ArrayList<>();
        found.forEach(copy -> {
            if (copy != null) {
                copies.add(copy);
            }
        });
        return copies;
    }

    private static @Nullable Copy copy(byte[] thumbnail, int test, byte[][] known, Map<Integer, List<Integer>> byKey) {
        for (int turn = 0; turn < TURNS; turn++) {
            byte[] turned = turned(thumbnail, turn);
            Set<Integer> candidates = new HashSet<>();
            for (int key : keys(turned, true)) {
                candidates.addAll(byKey.getOrDefault(key, List.of()));
            }
            for (int candidate : candidates) {
                if (isSame(turned, known[candidate])) {
                    return new Copy(candidate, test);
                }
            }
        }
        return null;
    }

    // Null where a tile cannot be read or shows nothing.
    private static byte[][] thumbnails(TileSource tiles, IntConsumer progress, int before) {
        byte[][] thumbnails = new byte[tiles.size()][];
        int[] done = {before};
        IntStream.range(0, thumbnails.length).parallel().forEach(i -> {
            try {
                byte[] thumbnail = thumbnail(tiles.read(i));
                thumbnails[i] = deviation(thumbnail) < LEAST_DEVIATION ? null : thumbnail;
            } catch (IOException e) {
                thumbnails[i] = null; // whoever embeds it says so
            }
            synchronized (done) {
                progress.accept(++done[0]);
            }
        });
        return thumbnails;
    }

    private static byte[] thumbnail(RgbImage image) {
        try (PointerScope scope = new PointerScope()) {
            Mat grey = new Mat();
            opencv_imgproc.cvtColor(ImageFiles.toMat(image), grey, opencv_imgproc.COLOR_RGB2GRAY);
            Mat small = new Mat();
            opencv_imgproc.resize(grey, small, new Size(SIDE, SIDE), 0, 0, opencv_imgproc.INTER_AREA);
            byte[] values = new byte[VALUES];
            small.data().get(values);
            return values;
        }
    }

    private static double deviation(byte[] values) {
        double sum = 0;
        double squares = 0;
        for (byte value : values) {
            int v = value & 0xff;
            sum += v;
            squares += (double) v * v;
        }
        double mean = sum / VALUES;
        return Math.sqrt(Math.max(0, squares / VALUES - mean * mean));
    }

    // Quarter turns, each also mirrored.
    private static byte[] turned(byte[] values, int turn) {
        byte[] turned = new byte[VALUES];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int column = turn >= 4 ? SIDE - 1 - x : x;
                int from = switch (turn % 4) {
                    case 0 -> y * SIDE + column;
                    case 1 -> column * SIDE + SIDE - 1 - y;
                    case 2 -> (SIDE - 1 - y) * SIDE + SIDE - 1 - column;
                    default -> (SIDE - 1 - column) * SIDE + y;
                };
                turned[y * SIDE + x] = values[from];
            }
        }
        return turned;
    }

    // Of each 2 x 2 block, by how many grey levels it is brighter than the whole: its sign is a bit of the hash.
    private static double[] contrasts(byte[] values) {
        double[] blocks = new double[VALUES / 4];
        double mean = 0;
        for (int i = 0; i < VALUES; i++) {
            int row = i / SIDE / 2;
            blocks[row * (SIDE / 2) + i % SIDE / 2] += (values[i] & 0xff) / 4.0;
            mean += (values[i] & 0xff) / (double) VALUES;
        }
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] -= mean;
        }
        return blocks;
    }

    /**
     * Keys under which a thumbnail is filed, or sought.
     *
     * @param tolerant whether bits that writing anew may turn are taken both ways, up to {@link #DOUBTS} of a band
     */
    private static List<Integer> keys(byte[] values, boolean tolerant) {
        double[] contrasts = contrasts(values);
        List<Integer> keys = new ArrayList<>();
        for (int band = 0; band < BANDS; band++) {
            List<Integer> found = new ArrayList<>(List.of(band << BITS));
            int doubts = 0;
            for (int bit = 0; bit < BITS; bit++) {
                double contrast = contrasts[band * BITS + bit];
                boolean both = tolerant && Math.abs(contrast) < DOUBT && doubts++ < DOUBTS;
                int mask = 1 << bit;
                List<Integer> next = new ArrayList<>();
                for (int key : found) {
                    if (both || contrast > 0) {
                        next.add(key | mask);
                    }
                    if (both || contrast <= 0) {
                        next.add(key);
                    }
                }
                found = next;
            }
            keys.addAll(found);
        }
        return keys;
    }

    private static boolean isSame(byte[] a, byte[] b) {
        double difference = 0;
        double sumA = 0;
        double sumB = 0;
        for (int i = 0; i < VALUES; i++) {
            difference += Math.abs((a[i] & 0xff) - (b[i] & 0xff));
            sumA += a[i] & 0xff;
            sumB += b[i] & 0xff;
        }
        if (difference > MOST_DIFFERENCE * VALUES) {
            return false;
        }
        double product = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < VALUES; i++) {
            double x = (a[i] & 0xff) - sumA / VALUES;
            double y = (b[i] & 0xff) - sumB / VALUES;
            product += x * y;
            squaresA += x * x;
            squaresB += y * y;
        }
        return product >= LEAST_CORRELATION * Math.sqrt(squaresA * squaresB);
    }
}
