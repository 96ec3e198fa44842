package org.cyphervit.data.duplicate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.cyphervit.UserError;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.Unreadable;
import org.cyphervit.image.RgbImage;

/**
 * Tiles that show the same, turned by any angle, mirrored, enlarged by up to two fifths or written anew: pairs whose signatures
 * agree at some zoom of one of them, after what all tiles of the collection have in common is taken away. Time grows with the
 * square of their number.
 */
public final class NearDuplicates {
    /** On LC25000's turned copies 99 % of the pairs above are copies. */
    public static final double LEAST = 0.6;

    /** Beyond, signatures would not fit and pairs would take hours. */
    private static final int MOST_TILES = 30_000;

    /** Turned copies are cut to what the turned frame holds, which enlarges them. */
    private static final int ZOOMS = 8;

    private static final double ZOOM_STEP = 1.05;

    private static final int LEAST_TILES = 20;

    private final float[][][] signatures; // by zoom and tile
    private final int[] tiles; // of the rows
    private final List<String> unreadable;

    private NearDuplicates(float[][][] signatures, int[] tiles, List<String> unreadable) {
        this.signatures = signatures;
        this.tiles = tiles;
        this.unreadable = unreadable;
    }

    /**
     * Two tiles that show the same.
     *
     * @param first the smaller index
     * @param second the larger index
     * @param similarity 1 for equal signatures
     */
    public record Pair(int first, int second, double similarity) {}

    /**
     * Reads the tiles.
     *
     * @param progress receives how many tiles are done
     * @throws UserError if there are too many, or more than a few cannot be read
     */
    public static NearDuplicates of(TileSource tiles, IntConsumer progress) {
        int n = tiles.size();
        if (n > MOST_TILES) {
            throw new UserError("Near duplicates are sought among up to " + MOST_TILES + " tiles; there are " + n
                    + ". Take one class or one slide at a time.");
        }
        AtomicInteger done = new AtomicInteger();
        float[][][] signatures = new float[ZOOMS][n][];
        Unreadable unreadable = new Unreadable();
        IntStream.range(0, n).parallel().forEach(i -> {
            try {
                RgbImage image = tiles.read(i);
                for (int z = 0; z < ZOOMS; z++) {
                    signatures[z][i] = TileSignature.of(image, Math.pow(ZOOM_STEP, z));
                }
            } catch (IOException e) {
                unreadable.add(tiles.name(i), e);
            }
            synchronized (done) {
                progress.accept(done.incrementAndGet());
            }
        });
        unreadable.requireFew(n);
        int[] readable =
                IntStream.range(0, n).filter(i -> signatures[0][i] != null).toArray();
        for (int z = 0; z < ZOOMS; z++) {
            float[][] all = signatures[z];
            signatures[z] = IntStream.of(readable).mapToObj(i -> all[i]).toArray(float[][]::new);
        }
        for (float[][] rows : signatures) {
            centre(rows);
        }
        return new NearDuplicates(signatures, readable, unreadable.names());
    }

    // What all tissue has in common would make every two tiles alike.
    private static void centre(float[][] rows) {
        if (rows.length < LEAST_TILES) {
            return; // the mean of a few would be most of what they have
        }
        double[] mean = new double[TileSignature.LENGTH];
        for (float[] row : rows) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += row[i] / rows.length;
            }
        }
        for (float[] row : rows) {
            double squares = 0;
            for (int i = 0; i < mean.length; i++) {
                row[i] -= (float) mean[i];
                squares += row[i] * row[i];
            }
            float norm = (float) Math.sqrt(Math.max(1e-12, squares));
            for (int i = 0; i < mean.length; i++) {
                row[i] /= norm;
            }
        }
    }

    /** Names of tiles that could not be read; they are in no pair. */
    public List<String> unreadable() {
        return unreadable;
    }

    /** All pairs that agree at least so much, in the order of their tiles. */
    public List<Pair> pairs(double least) {
        int n = signatures[0].length;
        List<List<Pair>> found = IntStream.range(0, n)
                .parallel()
                .mapToObj(i -> {
                    List<Pair> pairs = new ArrayList<>();
                    for (int j = i + 1; j < n; j++) {
                        double similarity = similarity(i, j);
                        if (similarity >= least) {
                            pairs.add(new Pair(tiles[i], tiles[j], similarity));
                        }
                    }
                    return pairs;
                })
                .toList();
        return found.stream().flatMap(List::stream).toList();
    }

    private double similarity(int i, int j) {
        double best = -1;
        for (float[][] zoomed : signatures) {
            best = Math.max(best, Math.max(dot(signatures[0][i], zoomed[j]), dot(zoomed[i], signatures[0][j])));
        }
        return best;
    }

    private static double dot(float[] a, float[] b) {
        float sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** Tiles that pairs connect, directly or through others; each group at least two, by its first tile. */
    public static List<List<Integer>> groups(int tiles, List<Pair> pairs) {
        int[] parent = IntStream.range(0, tiles).toArray();
        for (Pair pair : pairs) {
            int a = root(parent, pair.first);
            int b = root(parent, pair.second);
            parent[Math.max(a, b)] = Math.min(a, b);
        }
        Map<Integer, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < tiles; i++) {
            groups.computeIfAbsent(root(parent, i), key -> new ArrayList<>()).add(i);
        }
        return groups.values().stream().filter(group -> group.size() > 1).toList();
    }

    private static int root(int[] parent, int i) {
        int at = i;
        while (parent[at] != at) {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        return at;
    }
}
