package org.cyphervit.mil.fit;

import java.io.IOException;
import java.util.function.IntConsumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.mil.bag.BagReader;
import org.cyphervit.mil.bag.Cohort;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * The mean and the mean square of each feature over each bag, found once: the scaling of any training part follows from
 * them, and mean pooling needs nothing else.
 *
 * @param means of each example, D each
 * @param squares of each example, D each
 * @param rows of each example
 */
public record BagMoments(float[][] means, float[][] squares, int[] rows) {
    private static final double LEAST = 1e-6;

    /**
     * Reads every bag once.
     *
     * @param progress receives how many are done
     */
    public static BagMoments of(Cohort cohort, IntConsumer progress) throws IOException {
        int n = cohort.size();
        float[][] means = new float[n][];
        float[][] squares = new float[n][];
        int[] rows = new int[n];
        for (int i = 0; i < n; i++) {
            try (Scope scope = Scope.open()) {
                Tensor bag = BagReader.read(cohort.examples().get(i));
                rows[i] = Math.toIntExact(bag.size(0));
                means[i] = Tensors.floats(mean(bag));
                squares[i] = Tensors.floats(mean(bag.square()));
            }
            progress.accept(i + 1);
        }
        return new BagMoments(means, squares, rows);
    }

    private static Tensor mean(Tensor bag) {
        return bag.sum(new long[] {0}, false, new org.bytedeco.pytorch.ScalarTypeOptional(ScalarType.Double))
                .div(new org.bytedeco.pytorch.Scalar((double) bag.size(0)));
    }

    /** Sets the scaling to that of the tiles of these examples, each tile counting once; a constant feature is only centred. */
    void scale(SlideNet net, int[] examples) {
        int width = means[0].length;
        double[] sum = new double[width];
        double[] square = new double[width];
        double count = 0;
        for (int i : examples) {
            count += rows[i];
            for (int d = 0; d < width; d++) {
                sum[d] += (double) rows[i] * means[i][d];
                square[d] += (double) rows[i] * squares[i][d];
            }
        }
        float[] mean = new float[width];
        float[] std = new float[width];
        for (int d = 0; d < width; d++) {
            double center = sum[d] / count;
            mean[d] = (float) center;
            double deviation = Math.sqrt(Math.max(0, square[d] / count - center * center));
            std[d] = deviation < LEAST ? 1 : (float) deviation; // small, it would blow up what other slides have there
        }
        net.scale(mean, std);
    }
}
