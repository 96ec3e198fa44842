package org.cyphervit.interpret;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.augment.Views;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.Unreadable;
import org.cyphervit.image.RgbImage;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * What each final token looks at over a data set: how much of the tissue it is the strongest of, class by class, and the patches it
 * holds most of, at most one of a tile.
 *
 * @param tokens in order
 * @param dominant for each tile the token that holds most of it, or -1 for a tile that cannot be read
 */
public record TokenGallery(List<OfToken> tokens, int[] dominant) {
    private static final int BATCH = 32;

    /** A crop of the gallery shows so many patches each way, so that a patch is seen in its surroundings. */
    private static final double CONTEXT = 3;

    /**
     * A token.
     *
     * @param share of all patches where it is the strongest, [0, 1]; the tokens' shares sum to 1
     * @param mean assignment of all patches to it, [0, 1]; near 1/K each where the maps are uncertain
     * @param shareByClass as {@code share}, of the patches of each class; NaN for a class without tiles, empty without
     *     classes
     * @param best patches, the most certain first
     */
    public record OfToken(double share, double mean, double[] shareByClass, List<Patch> best) {
        public OfToken {
            best = List.copyOf(best);
        }
    }

    /**
     * A patch of a tile.
     *
     * @param tile its index in the source
     * @param x of its centre, a share of the seen square's side, (0, 1)
     * @param y likewise
     * @param side of the patch, a share of the square's side
     * @param share of the patch that the token holds, [0, 1]
     */
    public record Patch(int tile, double x, double y, double side, float share) {
        /**
         * The patch in its surroundings.
         *
         * @param pixels side of the picture
         */
        public RgbImage crop(TileSource source, int pixels) throws IOException {
            RgbImage square = square(source.read(tile));
            int wanted = Math.clamp(Math.round(CONTEXT * side * square.width()), 1, square.width());
            int left = Math.clamp(Math.round(x * square.width() - wanted / 2.0), 0, square.width() - wanted);
            int top = Math.clamp(Math.round(y * square.width() - wanted / 2.0), 0, square.width() - wanted);
            byte[] rgb = new byte[3 * wanted * wanted];
            for (int row = 0; row < wanted; row++) {
                System.arraycopy(
                        square.rgb(), 3 * ((top + row) * square.width() + left), rgb, 3 * row * wanted, 3 * wanted);
            }
            return Views.whole(new RgbImage(wanted, wanted, rgb), pixels);
        }

        // The centre that evaluation sees, in the tile's own pixels.
        private static RgbImage square(RgbImage tile) {
            return Views.whole(tile, Math.min(tile.width(), tile.height()));
        }
    }

    /**
     * Looks at all tiles of a source at the backbone's own image size.
     *
     * @param count patches to keep of each token
     * @param progress receives how many tiles are done
     * @throws UserError if more than a tenth of the tiles cannot be read
     */
    public static TokenGallery of(
            Backbone backbone, TileSource source, int count, Device device, IntConsumer progress) {
        int[] dominant = new int[source.size()];
        Tally tally = null;
        Unreadable unreadable = new Unreadable();
        for (int first = 0; first < source.size(); first += BATCH) {
            int n = Math.min(BATCH, source.size() - first);
            List<Optional<RgbImage>> images = read(source, first, n, backbone.imageSize(), unreadable);
            float[] shares = shares(backbone, images, device);
            if (tally == null && shares.length > 0) {
                long read = images.stream().filter(Optional::isPresent).count();
                tally = new Tally(backbone, Math.toIntExact(shares.length / read), source, count);
            }
            int from = 0;
            for (int i = 0; i < n; i++) {
                if (images.get(i).isEmpty() || tally == null) {
                    dominant[first + i] = -1;
                } else {
                    dominant[first + i] = tally.add(first + i, shares, from);
                    from += tally.perTile;
                }
            }
            progress.accept(first + n);
        }
        unreadable.requireFew(source.size());
        if (tally == null) {
            throw new UserError("None of the " + source.size() + " tiles can be read.");
        }
        return new TokenGallery(tally.tokens(), dominant);
    }

    private static List<Optional<RgbImage>> read(TileSource source, int first, int n, int size, Unreadable unreadable) {
        return IntStream.range(first, first + n)
                .parallel()
                .mapToObj(i -> {
                    try {
                        return Optional.of(Views.whole(source.read(i), size));
                    } catch (IOException e) {
                        unreadable.add(source.name(i), e);
                        return Optional.<RgbImage>empty();
                    }
                })
                .toList();
    }

    // (B,N,K) of the images that could be read.
    private static float[] shares(Backbone backbone, List<Optional<RgbImage>> images, Device device) {
        List<RgbImage> read = images.stream().flatMap(Optional::stream).toList();
        if (read.isEmpty()) {
            return new float[0];
        }
        int size = read.getFirst().width();
        byte[] rgb = new byte[read.size() * 3 * size * size];
        for (int i = 0; i < read.size(); i++) {
            System.arraycopy(read.get(i).rgb(), 0, rgb, i * 3 * size * size, 3 * size * size);
        }
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor pixels = backbone.normalized(rgb, read.size(), size, device);
            return Tensors.floats(backbone.maps(pixels));
        }
    }

    private static final class Tally {
        private final TileSource source;
        private final int count;
        private final int grid;
        private final int tokens;
        private final int perTile;
        private final double[][] byClass; // (K, classes + 1): the last for tiles without a class
        private final double[] means; // (K)
        private final long[] tiles;
        private final List<PriorityQueue<Patch>> best = new ArrayList<>();

        Tally(Backbone backbone, int perTile, TileSource source, int count) {
            this.source = source;
            this.count = count;
            this.perTile = perTile;
            grid = backbone.imageSize() / backbone.config().patch();
            tokens = perTile / (grid * grid);
            byClass = new double[tokens][source.classes().size() + 1];
            means = new double[tokens];
            tiles = new long[source.classes().size() + 1];
            for (int k = 0; k < tokens; k++) {
                best.add(new PriorityQueue<>(Comparator.comparingDouble(Patch::share)));
            }
        }

        // Returns the token that holds most of the tile.
        int add(int tile, float[] shares, int from) {
            int label = source.label(tile) < 0 ? tiles.length - 1 : source.label(tile);
            tiles[label]++;
            int dominant = 0;
            double most = -1;
            int[] strongest = new int[tokens];
            for (int p = 0; p < grid * grid; p++) {
                strongest[strongest(shares, from + p * tokens)]++;
            }
            for (int k = 0; k < tokens; k++) {
                double sum = 0;
                int peak = 0;
                for (int p = 0; p < grid * grid; p++) {
                    float share = shares[from + p * tokens + k];
                    sum += share;
                    if (share > shares[from + peak * tokens + k]) {
                        peak = p;
                    }
                }
                byClass[k][label] += strongest[k] / (double) (grid * grid);
                means[k] += sum / (grid * grid);
                if (sum > most) {
                    most = sum;
                    dominant = k;
                }
                best.get(k)
                        .add(new Patch(
                                tile,
                                (peak % grid + 0.5) / grid,
                                (Math.floorDiv(peak, grid) + 0.5) / grid,
                                1.0 / grid,
                                shares[from + peak * tokens + k]));
                if (best.get(k).size() > count) {
                    best.get(k).remove();
                }
            }
            return dominant;
        }

        private int strongest(float[] shares, int at) {
            int best = 0;
            for (int k = 1; k < tokens; k++) {
                best = shares[at + k] > shares[at + best] ? k : best;
            }
            return best;
        }

        List<OfToken> tokens() {
            long all = java.util.Arrays.stream(tiles).sum();
            List<OfToken> result = new ArrayList<>();
            for (int k = 0; k < tokens; k++) {
                double[] classes = new double[tiles.length - 1];
                for (int c = 0; c < classes.length; c++) {
                    classes[c] = tiles[c] == 0 ? Double.NaN : byClass[k][c] / tiles[c];
                }
                double share = java.util.Arrays.stream(byClass[k]).sum() / all;
                List<Patch> patches = best.get(k).stream()
                        .sorted(Comparator.comparingDouble(Patch::share)
                                .reversed()
                                .thenComparingInt(Patch::tile))
                        .toList();
                result.add(new OfToken(share, means[k] / all, classes, patches));
            }
            return result;
        }
    }
}
