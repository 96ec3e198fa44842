package org.cyphervit.interpret.masks;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.cyphervit.eval.metric.Assignment;
import org.cyphervit.eval.metric.Ranks;

/**
 * How well the K maps of one image agree with its mask. A map's region is where it is the largest of all; rows are the
 * classes that are looked for and occur (of two, the second), columns are maps.
 *
 * @param dice 2 |region and class| / (|region| + |class|), [0, 1]
 * @param iou |region and class| / |region or class|, [0, 1]
 * @param auroc how well a map's share tells the pixels of a class from the others, [0, 1]
 * @param matchedDice mean Dice over all classes that occur, the background too, when each gets a map of its own as well as
 *     can be (Kuhn's assignment); a class that is left without a map counts 0
 * @param matchedIou the same for the IoU
 */
public record MapScore(double[][] dice, double[][] iou, double[][] auroc, double matchedDice, double matchedIou) {
    /** Scores K maps of as many shares as the image has pixels. */
    public static MapScore of(List<float[]> maps, MaskedImage truth) {
        int[] regions = regions(maps);
        int[] present = IntStream.range(0, truth.names().size())
                .filter(label -> count(truth.classes(), label) > 0)
                .toArray();
        double[][] dice = new double[present.length][maps.size()];
        double[][] iou = new double[present.length][maps.size()];
        double[] sizes = new double[maps.size()];
        Arrays.stream(regions).forEach(region -> sizes[region]++);
        for (int c = 0; c < present.length; c++) {
            double[] both = new double[maps.size()];
            double own = 0;
            for (int i = 0; i < regions.length; i++) {
                if (truth.classes()[i] == present[c]) {
                    own++;
                    both[regions[i]]++;
                }
            }
            for (int k = 0; k < both.length; k++) {
                dice[c][k] = 2 * both[k] / (own + sizes[k]);
                iou[c][k] = both[k] / (own + sizes[k] - both[k]);
            }
        }
        int[] wanted = IntStream.range(0, present.length)
                .filter(c -> !truth.isBinary() || present[c] == 1)
                .toArray();
        double[][] auroc = new double[wanted.length][maps.size()];
        for (int w = 0; w < wanted.length; w++) {
            boolean[] positive = truth.of(present[wanted[w]]);
            for (int k = 0; k < maps.size(); k++) {
                auroc[w][k] = Ranks.auroc(maps.get(k), positive);
            }
        }
        return new MapScore(pick(dice, wanted), pick(iou, wanted), auroc, matched(dice), matched(iou));
    }

    /** Mean over the classes of the best map's value; NaN where nothing that is looked for occurs. */
    public static double best(double[][] values) {
        return Arrays.stream(values)
                .mapToDouble(row ->
                        Arrays.stream(row).filter(v -> !Double.isNaN(v)).max().orElse(Double.NaN))
                .average()
                .orElse(Double.NaN);
    }

    private static double matched(double[][] values) {
        int[] columns = Assignment.best(values);
        return IntStream.range(0, columns.length)
                .mapToDouble(c -> columns[c] < 0 ? 0 : values[c][columns[c]])
                .average()
                .orElse(Double.NaN);
    }

    private static int[] regions(List<float[]> maps) {
        int[] regions = new int[maps.getFirst().length];
        for (int i = 0; i < regions.length; i++) {
            for (int k = 1; k < maps.size(); k++) {
                if (maps.get(k)[i] > maps.get(regions[i])[i]) {
                    regions[i] = k;
                }
            }
        }
        return regions;
    }

    private static long count(byte[] classes, int label) {
        long count = 0;
        for (byte own : classes) {
            count += own == label ? 1 : 0;
        }
        return count;
    }

    private static double[][] pick(double[][] rows, int[] which) {
        return Arrays.stream(which).mapToObj(i -> rows[i]).toArray(double[][]::new);
    }
}
