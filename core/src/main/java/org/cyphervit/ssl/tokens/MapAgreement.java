package org.cyphervit.ssl.tokens;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.augment.ViewMeasure;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * Whether a token attends to what it is to tell: Pearson's correlation, over the patches of an image, between how much of
 * the patch the token holds (roll-out) and the patch's haematoxylin or nuclei; the mean over images.
 */
public final class MapAgreement {
    private MapAgreement() {}

    /**
     * By measure, of each final token, [-1, 1]; NaN where no image has a map that varies. Without measures that have no map,
     * and empty for a backbone without assignments. One pass of the backbone, whatever the number of measures.
     *
     * @param rgb images of interleaved RGB, size x size pixels, one after the other
     * @param size a multiple of the patch
     */
    public static Map<ViewMeasure, double[]> of(
            Backbone backbone, byte[] rgb, int size, Collection<ViewMeasure> measures, Device device) {
        Map<ViewMeasure, float[]> maps = new EnumMap<>(ViewMeasure.class);
        measures.forEach(measure -> measure.map(rgb).ifPresent(map -> maps.put(measure, map)));
        Map<ViewMeasure, double[]> agreement = new EnumMap<>(ViewMeasure.class);
        if (maps.isEmpty()) {
            return agreement;
        }
        int count = rgb.length / (3 * size * size);
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor rollout = backbone.forward(backbone.normalized(rgb, count, size, device), ForwardMode.evaluation())
                    .rollout();
            if (rollout != null) {
                int tokens = Math.toIntExact(rollout.size(2));
                float[] shares = Tensors.floats(rollout.transpose(1, 2)); // (B,K,N)
                int patch = backbone.config().patch();
                maps.forEach((measure, map) ->
                        agreement.put(measure, byToken(patchMeans(map, count, size, patch), shares, tokens)));
            }
        }
        return agreement;
    }

    // Means over the images where there is a correlation.
    private static double[] byToken(double[][] truths, float[] shares, int tokens) {
        double[] sums = new double[tokens];
        int[] counts = new int[tokens];
        for (int b = 0; b < truths.length; b++) {
            for (int k = 0; k < tokens; k++) {
                double r = correlation(truths[b], shares, (b * tokens + k) * truths[b].length);
                if (Double.isFinite(r)) {
                    sums[k] += r;
                    counts[k]++;
                }
            }
        }
        return IntStream.range(0, tokens)
                .mapToDouble(k -> counts[k] == 0 ? Double.NaN : sums[k] / counts[k])
                .toArray();
    }

    // (B,N)
    private static double[][] patchMeans(float[] map, int count, int size, int patch) {
        int columns = size / patch;
        double[][] means = new double[count][columns * columns];
        for (int b = 0; b < count; b++) {
            for (int y = 0; y < columns * patch; y++) {
                for (int x = 0; x < columns * patch; x++) {
                    means[b][y / patch * columns + x / patch] +=
                            map[(b * size + y) * size + x] / ((double) patch * patch);
                }
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
