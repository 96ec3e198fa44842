package org.cyphervit.interpret;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.UserError;
import org.cyphervit.augment.Views;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.vit.ClusteredVit;
import org.cyphervit.backbone.vit.VisionTransformer;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.Unreadable;
import org.cyphervit.eval.numeric.KMeans;
import org.cyphervit.nn.Init;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * Phenotypes of an encoder that has none of its own: k-means over the patch features of many tiles.
 *
 * @param clusters K
 * @param patches how many are sorted at most; of larger sets each tile gives as many
 * @param seed of the tiles that are drawn and of k-means
 */
public record PatchClusters(int clusters, int patches, long seed) {
    /** Beyond, k-means takes long and its centres hardly move. */
    public static final int ENOUGH = 20_000;

    private static final int STARTS = 3;
    private static final double LEAST_TEMPERATURE = 1e-6;
    private static final double CERTAINTY =
            10; // times more than to the next the patch in the middle belongs to its own

    /**
     * Finds the clusters.
     *
     * @param backbone a vision transformer
     * @param tiles at the encoder's scale
     * @param progress told the number of tiles that were read
     * @param unreadable told of tiles that could not be read
     * @return the encoder with clusters; owned by the caller
     * @throws UserError if the encoder has phenotypes of its own, or there are fewer patches than clusters
     */
    public ClusteredVit of(
            Backbone backbone, TileSource tiles, Device device, IntConsumer progress, Unreadable unreadable) {
        if (!(backbone instanceof VisionTransformer vit)) {
            throw new UserError("Clusters of patches are for vision transformers; this encoder, a "
                    + backbone.config().description() + ", has phenotypes of its own.");
        }
        int count = tiles(vit, tiles);
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            List<Tensor> parts = new ArrayList<>();
            int[] drawn = drawn(tiles.size(), count);
            for (int i = 0; i < count; i++) {
                try {
                    parts.add(PatchGrid.of(vit, Views.whole(tiles.read(drawn[i]), vit.imageSize()), device)
                            .values());
                } catch (IOException e) {
                    unreadable.add(tiles.name(drawn[i]), e);
                }
                progress.accept(i + 1);
            }
            unreadable.requireFew(count);
            Tensor rows = Tensors.cat(parts, 0);
            if (rows.size(0) <= clusters) {
                throw new UserError(rows.size(0) + " patches cannot be sorted into " + clusters
                        + " clusters. Give more tiles, or ask for fewer.");
            }
            Tensor centers = centers(rows, KMeans.cluster(rows, clusters, STARTS, seed));
            return ClusteredVit.of(vit, centers, temperature(rows, centers), new Init(seed, device));
        }
    }

    /** How many of the tiles are read. */
    public int tiles(Backbone backbone, TileSource tiles) {
        long each = backbone.config().patches(backbone.imageSize());
        return (int) Math.min(tiles.size(), Math.max(1, patches / each));
    }

    private int[] drawn(int tiles, int count) {
        int[] all = new SplittableRandom(seed)
                .ints(0, tiles)
                .distinct()
                .limit(count)
                .toArray();
        Arrays.sort(all); // read in the order of the source
        return all;
    }

    private Tensor centers(Tensor rows, int[] clusterOf) {
        Tensor member = torch.one_hot(Tensors.ofLabels(clusterOf), clusters).to(rows.scalar_type()); // (N,K)
        Tensor counts = Tensors.sum(member, 0).unsqueeze(1).clamp_min(new Scalar(1.0));
        return member.t().matmul(rows).div(counts);
    }

    // By the median over patches of how much nearer the nearest centre is than the next, in squared distance.
    private static double temperature(Tensor rows, Tensor centers) {
        Tensor own = Tensors.sum(centers.square(), 1).unsqueeze(0);
        Tensor distances =
                rows.matmul(centers.t()).mul(new Scalar(-2.0)).add(own); // less |p|^2, which is the same for all
        float[] values = Tensors.floats(distances);
        int k = Math.toIntExact(centers.size(0));
        double[] margins = new double[values.length / k];
        for (int i = 0; i < margins.length; i++) {
            float[] row = Arrays.copyOfRange(values, i * k, (i + 1) * k);
            Arrays.sort(row);
            margins[i] = row[1] - row[0];
        }
        Arrays.sort(margins);
        return Math.max(LEAST_TEMPERATURE, margins[margins.length / 2] / Math.log(CERTAINTY));
    }
}
