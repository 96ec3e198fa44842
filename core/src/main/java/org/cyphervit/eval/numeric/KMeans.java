package org.cyphervit.eval.numeric;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/** k-means: Lloyd's iterations from k-means++ seeds (Arthur 2007), the best of several starts. */
public final class KMeans {
    private static final int ITERATIONS = 100;

    private KMeans() {}

    /**
     * The cluster of each row.
     *
     * @param rows (N, D) float32, on the CPU
     * @param k clusters, 1 to N
     * @param starts how many to try; the one with the least squared distance wins
     */
    public static int[] cluster(Tensor rows, int k, int starts, long seed) {
        if (k < 1 || k > rows.size(0) || starts < 1) {
            throw new UserError("k-means needs 1 to N clusters and a start; got " + k + " clusters for " + rows.size(0)
                    + " samples and " + starts + " starts.");
        }
        SplittableRandom random = new SplittableRandom(seed);
        double least = Double.POSITIVE_INFINITY;
        int[] best = new int[0];
        try (NoGradGuard noGrad = new NoGradGuard()) {
            for (int start = 0; start < starts; start++) {
                try (Scope scope = Scope.open()) {
                    Tensor norms = Tensors.sum(rows.square(), 1); // (N)
                    Tensor centers = seeds(rows, norms, k, random);
                    int[] clusters = new int[0];
                    double inertia = Double.POSITIVE_INFINITY;
                    for (int i = 0; i < ITERATIONS; i++) {
                        try (Scope iteration = Scope.open()) {
                            Tensor distances = distances(rows, norms, centers); // (N, K)
                            Tensor nearest = distances.argmin(new LongOptional(1), false);
                            int[] next = Arrays.stream(Tensors.longs(nearest))
                                    .mapToInt(Math::toIntExact)
                                    .toArray();
                            inertia =
                                    distances.amin(new long[] {1}, false).sum().item_double();
                            if (Arrays.equals(next, clusters)) {
                                break;
                            }
                            clusters = next;
                            centers.copy_(means(rows, nearest, centers));
                        }
                    }
                    if (inertia < least) {
                        least = inertia;
                        best = clusters;
                    }
                }
            }
        }
        return best;
    }

    // |x - c|^2 = |x|^2 - 2 x.c + |c|^2
    private static Tensor distances(Tensor rows, Tensor norms, Tensor centers) {
        Tensor own = Tensors.sum(centers.square(), 1).unsqueeze(0); // (1, K)
        return rows.matmul(centers.t())
                .mul(new Scalar(-2))
                .add(own)
                .add(norms.unsqueeze(1))
                .clamp_min(new Scalar(0));
    }

    // An empty cluster keeps its centre.
    private static Tensor means(Tensor rows, Tensor nearest, Tensor centers) {
        Tensor member = torch.one_hot(nearest, centers.size(0)).to(ScalarType.Float); // (N, K)
        Tensor counts = Tensors.sum(member, 0).unsqueeze(1); // (K, 1)
        Tensor sums = member.t().matmul(rows);
        Tensor empty = counts.eq(new Scalar(0)).to(ScalarType.Float);
        return sums.div(counts.clamp_min(new Scalar(1))).add(centers.mul(empty));
    }

    // Each further seed is a row drawn with a probability in proportion to its squared distance to the nearest seed.
    private static Tensor seeds(Tensor rows, Tensor norms, int k, SplittableRandom random) {
        int n = Math.toIntExact(rows.size(0));
        Tensor centers = torch.zeros(k, rows.size(1));
        double[] nearest = new double[n];
        Arrays.fill(nearest, Double.POSITIVE_INFINITY);
        int chosen = random.nextInt(n);
        for (int c = 0; c < k; c++) {
            try (Scope scope = Scope.open()) {
                centers.narrow(0, c, 1).copy_(rows.narrow(0, chosen, 1));
                double[] distances = Tensors.doubles(distances(rows, norms, rows.narrow(0, chosen, 1)));
                double sum = 0;
                for (int i = 0; i < n; i++) {
                    nearest[i] = Math.min(nearest[i], distances[i]);
                    sum += nearest[i];
                }
                double left = random.nextDouble() * sum;
                chosen = 0;
                while (chosen < n - 1 && (left -= nearest[chosen]) >= 0) {
                    chosen++;
                }
            }
        }
        return centers;
    }
}
