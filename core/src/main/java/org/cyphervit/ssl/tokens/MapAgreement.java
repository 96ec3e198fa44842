package org.cyphervit.ssl.tokens;

import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.nn.Pass;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.cyphervit.view.ViewBatch;
import org.cyphervit.view.ViewMeasure;

/**
 * Whether a token attends to what it is to tell: Pearson's correlation, over the patches of an image, between how much of
 * the patch the token holds (roll-out) and the patch's haematoxylin or nuclei; the mean over images.
 */
public final class MapAgreement {
    private MapAgreement() {}

    /**
     * Of each final token, [-1, 1]; NaN where no image has a map that varies. Empty for a backbone without assignments or
     * a measure without a map.
     *
     * @param rgb images of interleaved RGB, size x size pixels, one after the other
     * @param size a multiple of the patch
     */
    public static double[] of(Backbone backbone, byte[] rgb, int size, ViewMeasure measure, Device device) {
        int pixels = size * size;
        int count = rgb.length / (3 * pixels);
        int patch = backbone.config().patch();
        Optional<float[]> map = measure.map(rgb);
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor rollout = backbone.forward(ViewBatch.normalize(rgb, count, size, device), Pass.evaluation())
                    .rollout();
            if (rollout == null || map.isEmpty()) {
                return new double[0];
            }
            int N = Math.toIntExact(rollout.size(1));
            int K = Math.toIntExact(rollout.size(2));
            float[] shares = Tensors.floats(rollout.transpose(1, 2)); // (B,K,N)
            double[] sums = new double[K];
            int[] counts = new int[K];
            for (int b = 0; b < count; b++) {
                double[] truth = patchMeans(map.get(), b * pixels, size, patch);
                for (int k = 0; k < K; k++) {
                    double r = correlation(truth, shares, (b * K + k) * N);
                    if (Double.isFinite(r)) {
                        sums[k] += r;
                        counts[k]++;
                    }
                }
            }
            return java.util.stream.IntStream.range(0, K)
                    .mapToDouble(k -> counts[k] == 0 ? Double.NaN : sums[k] / counts[k])
                    .toArray();
        }
    }

    private static double[] patchMeans(float[] map, int start, int size, int patch) {
        int columns = size / patch;
        double[] means = new double[columns * columns];
        for (int y = 0; y < columns * patch; y++) {
            for (int x = 0; x < columns * patch; x++) {
                means[y / patch * columns + x / patch] += map[start + y * size + x] / ((double) patch * patch);
            }
        }
        return means;
    }

    // NaN where either does not vary.
    private static double correlation(double[] truth, float[] shares, int start) {
        double meanT = Arrays.stream(truth).average().orElse(0);
        double meanS = 0;
        for (int i = 0; i < truth.length; i++) {
            meanS += shares[start + i] / (double) truth.length;
        }
        double both = 0;
        double ofTruth = 0;
        double ofShares = 0;
        for (int i = 0; i < truth.length; i++) {
            double t = truth[i] - meanT;
            double s = shares[start + i] - meanS;
            both += t * s;
            ofTruth += t * t;
            ofShares += s * s;
        }
        return ofTruth > 1e-12 && ofShares > 1e-12 ? both / Math.sqrt(ofTruth * ofShares) : Double.NaN;
    }
}
