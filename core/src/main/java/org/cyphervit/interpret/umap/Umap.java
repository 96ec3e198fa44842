package org.cyphervit.interpret.umap;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * UMAP: exact neighbours, their fuzzy simplicial set, a start from the two principal components, and the optimisation of
 * the layout. The start keeps the large-scale order of the features and needs no eigenvectors of a graph that may fall
 * into parts (Kobak and Linderman 2021 find it as good as the spectral one).
 */
public final class Umap {
    /** Half the side of the starting picture. */
    private static final double START = 10;

    private static final double NOISE = 1e-4;

    private Umap() {}

    /**
     * Points of a plane for features.
     *
     * @param features (N, D) with more rows than neighbours asked for
     * @return (N, 2)
     * @throws UserError if there are too few features
     */
    public static FeatureMatrix of(FeatureMatrix features, UmapOptions options) {
        int N = features.rows();
        if (N <= options.neighbours()) {
            throw new UserError("UMAP with " + options.neighbours() + " neighbours needs more points than that; got "
                    + N + ". Ask for fewer neighbours, or give more tiles.");
        }
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(options.seed());
        Points points = Points.of(features, options.metric());
        FuzzyGraph graph = FuzzyGraph.of(NearestNeighbours.of(points, options.neighbours()));
        double[] y = start(points.rows(), random);
        new LayoutOptimizer(graph, LayoutKernel.fit(options.minDist(), options.spread()), options, random, y)
                .optimise();
        float[] plane = new float[y.length];
        for (int i = 0; i < y.length; i++) {
            plane[i] = (float) y[i];
        }
        return new FeatureMatrix(plane, 2);
    }

    // The two principal components, each turned so that its largest loading is positive; a little noise parts
    // duplicates.
    private static double[] start(FeatureMatrix rows, RandomGenerator random) {
        int N = rows.rows();
        int D = rows.width();
        double[] y = new double[2 * N];
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor x = rows.tensor(new Device("cpu"), ScalarType.Float).to(ScalarType.Double);
            Tensor centred = x.sub(Tensors.mean(x, 0));
            T_TensorTensor_T eigen =
                    torch.linalg_eigh(centred.t().matmul(centred).div(new Scalar(N)), "L");
            for (int c = 0; c < Math.min(2, D); c++) {
                Tensor axis = eigen.get1().select(1, D - 1 - c); // eigenvalues rise
                double largest = axis.select(0, axis.abs().argmax().item_long()).item_double();
                double[] values = Tensors.doubles(centred.matmul(axis).mul(new Scalar(Math.signum(largest))));
                for (int i = 0; i < N; i++) {
                    y[2 * i + c] = values[i];
                }
            }
        }
        double widest = 0;
        for (double value : y) {
            widest = Math.max(widest, Math.abs(value));
        }
        for (int i = 0; i < y.length; i++) {
            y[i] = (widest > 0 ? START * y[i] / widest : 0) + NOISE * random.nextGaussian();
        }
        return y;
    }
}
