package org.cyphervit.interpret.masks;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.cyphervit.eval.numeric.KMeans;
import org.cyphervit.image.RgbImage;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * The baseline of maps: pixels clustered by colour alone (k-means of optical density), as one map of zeros and ones per
 * cluster.
 */
public final class ColorClusters {
    private static final int STARTS = 3;
    private static final int SAMPLE = 20_000;

    private final float[][] centers;

    private ColorClusters(float[][] centers) {
        this.centers = centers;
    }

    /** Finds k colours among pixels drawn from some images: of one, its own colours; of all, the same for each. */
    public static ColorClusters of(List<RgbImage> images, int k, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int each = Math.max(1, SAMPLE / images.size());
        float[] sample = new float[3 * each * images.size()];
        for (int i = 0; i < sample.length / 3; i++) {
            byte[] rgb = images.get(i / each).rgb();
            int pixel = random.nextInt(rgb.length / 3);
            for (int c = 0; c < 3; c++) {
                sample[3 * i + c] = density(rgb[3 * pixel + c]);
            }
        }
        try (Scope scope = Scope.open()) {
            int[] clusters = KMeans.cluster(Tensors.of(sample, sample.length / 3, 3), k, STARTS, seed);
            float[][] sums = new float[k][4];
            for (int i = 0; i < clusters.length; i++) {
                for (int c = 0; c < 3; c++) {
                    sums[clusters[i]][c] += sample[3 * i + c];
                }
                sums[clusters[i]][3]++;
            }
            for (float[] sum : sums) {
                for (int c = 0; c < 3; c++) {
                    sum[c] /= Math.max(1, sum[3]);
                }
            }
            return new ColorClusters(sums);
        }
    }

    /** The least of baselines, one map that holds everything: a token that holds all tissue has its Dice. */
    public static List<float[]> everything(RgbImage image) {
        float[] all = new float[image.width() * image.height()];
        java.util.Arrays.fill(all, 1);
        return List.of(all);
    }

    /** K maps, 1 where a colour is the nearest. */
    public List<float[]> maps(RgbImage image) {
        List<float[]> maps = new ArrayList<>();
        int pixels = image.width() * image.height();
        for (int k = 0; k < centers.length; k++) {
            maps.add(new float[pixels]);
        }
        for (int i = 0; i < pixels; i++) {
            int nearest = 0;
            float least = Float.POSITIVE_INFINITY;
            for (int k = 0; k < centers.length; k++) {
                float distance = 0;
                for (int c = 0; c < 3; c++) {
                    float off = density(image.rgb()[3 * i + c]) - centers[k][c];
                    distance += off * off;
                }
                if (distance < least) {
                    least = distance;
                    nearest = k;
                }
            }
            maps.get(nearest)[i] = 1;
        }
        return maps;
    }

    private static float density(byte value) {
        return (float) -Math.log(((value & 0xff) + 1) / 256.0);
    }
}
