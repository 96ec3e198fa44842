package org.cyphervit.interpret.umap;

import java.nio.FloatBuffer;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * Points whose straight-line distances rank as the metric does: for the cosine, rows of unit length; else rows about
 * their mean, so that float32 products lose little.
 *
 * @param rows N x D
 * @param metric that they stand for
 */
record Points(FeatureMatrix rows, DistanceMetric metric) {
    /** Scores held at once: 64 MiB of float32. */
    private static final long BLOCK = 1L << 24;

    static Points of(FeatureMatrix features, DistanceMetric metric) {
        int N = features.rows();
        int D = features.width();
        float[] from = features.values();
        float[] values = new float[from.length];
        double[] mean = metric == DistanceMetric.EUCLIDEAN ? mean(features) : new double[D];
        for (int i = 0; i < N; i++) {
            double scale = metric == DistanceMetric.COSINE ? 1 / Math.max(norm(from, i * D, D), 1e-12) : 1;
            for (int d = 0; d < D; d++) {
                values[i * D + d] = (float) ((from[i * D + d] - mean[d]) * scale);
            }
        }
        return new Points(new FeatureMatrix(values, D), metric);
    }

    int count() {
        return rows.rows();
    }

    /** Receives the scores of one point; called from several threads. */
    interface RowVisitor {
        /**
         * @param point whose row it is
         * @param scores the distance to point j is a rising function of {@code scores.get(offset + j)}
         * @param offset of the row
         */
        void visit(int point, FloatBuffer scores, int offset);
    }

    /** Visits the scores of all N points against all N, block by block: s_ij = |x_j|^2 - 2 x_i . x_j. */
    void visitAll(RowVisitor visitor) {
        int N = count();
        int block = Math.toIntExact(Math.clamp(BLOCK / N, 1, N));
        try (Scope all = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor x = rows.tensor(new Device("cpu"), ScalarType.Float); // (N,D)
            Tensor columns = x.t();
            Tensor squares = Tensors.sum(x.mul(x), 1).reshape(1, N);
            for (int first = 0; first < N; first += block) {
                try (Scope scope = Scope.open()) {
                    int start = first;
                    int count = Math.min(block, N - first);
                    Tensor scores =
                            squares.addmm(x.narrow(0, first, count), columns, new Scalar(1), new Scalar(-2)); // (B,N)
                    FloatBuffer buffer = Tensors.buffer(scores).asFloatBuffer();
                    IntStream.range(0, count).parallel().forEach(i -> visitor.visit(start + i, buffer, i * N));
                }
            }
        }
    }

    /** The distance of two points, in float64. */
    double distance(int i, int j) {
        int D = rows.width();
        float[] values = rows.values();
        double sum = 0;
        for (int d = 0; d < D; d++) {
            double difference = values[i * D + d] - values[j * D + d];
            sum += difference * difference;
        }
        return metric == DistanceMetric.COSINE ? sum / 2 : Math.sqrt(sum); // unit rows: |u - v|^2 = 2 - 2 cos
    }

    private static double[] mean(FeatureMatrix features) {
        int D = features.width();
        double[] mean = new double[D];
        for (int i = 0; i < features.values().length; i++) {
            mean[i % D] += features.values()[i];
        }
        for (int d = 0; d < D; d++) {
            mean[d] /= features.rows();
        }
        return mean;
    }

    private static double norm(float[] values, int from, int count) {
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += (double) values[i] * values[i];
        }
        return Math.sqrt(sum);
    }
}
