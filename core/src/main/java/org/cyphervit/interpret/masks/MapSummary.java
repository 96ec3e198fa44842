package org.cyphervit.interpret.masks;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Maps of one kind over a set of images; means over images.
 *
 * @param name of the kind
 * @param bestDice of the map that is best in each image: what a user who may pick sees, flattering with many maps
 * @param bestIou the same
 * @param bestAuroc the same
 * @param matchedDice {@link MapScore#matchedDice}
 * @param matchedIou {@link MapScore#matchedIou}
 * @param fixedDice of one map for all images, chosen for each image by the mean Dice on the others: whether a token means the
 *     same everywhere; NaN with several classes, which differ between images
 * @param fixedAuroc of that map
 */
public record MapSummary(
        String name,
        double bestDice,
        double bestIou,
        double bestAuroc,
        double matchedDice,
        double matchedIou,
        double fixedDice,
        double fixedAuroc) {
    /**
     * Summarizes.
     *
     * @param scores one per image
     * @param binary whether there is one class that is looked for
     */
    public static MapSummary of(String name, List<MapScore> scores, boolean binary) {
        double[] fixedDice = {Double.NaN};
        double[] fixedAuroc = {Double.NaN};
        List<MapScore> found =
                scores.stream().filter(score -> score.dice().length == 1).toList();
        if (binary && found.size() > 1) {
            int[] chosen = new int[found.size()];
            for (int i = 0; i < chosen.length; i++) {
                chosen[i] = bestOnOthers(found, i);
            }
            fixedDice = IntStream.range(0, chosen.length)
                    .mapToDouble(i -> found.get(i).dice()[0][chosen[i]])
                    .toArray();
            fixedAuroc = IntStream.range(0, chosen.length)
                    .mapToDouble(i -> found.get(i).auroc()[0][chosen[i]])
                    .toArray();
        }
        return new MapSummary(
                name,
                mean(scores.stream().mapToDouble(s -> MapScore.best(s.dice())).toArray()),
                mean(scores.stream().mapToDouble(s -> MapScore.best(s.iou())).toArray()),
                mean(scores.stream().mapToDouble(s -> MapScore.best(s.auroc())).toArray()),
                mean(scores.stream().mapToDouble(MapScore::matchedDice).toArray()),
                mean(scores.stream().mapToDouble(MapScore::matchedIou).toArray()),
                mean(fixedDice),
                mean(fixedAuroc));
    }

    private static int bestOnOthers(List<MapScore> scores, int left) {
        double[] sums = new double[scores.getFirst().dice()[0].length];
        for (int i = 0; i < scores.size(); i++) {
            for (int k = 0; k < sums.length && i != left; k++) {
                sums[k] += scores.get(i).dice()[0][k];
            }
        }
        return IntStream.range(0, sums.length)
                .boxed()
                .max(java.util.Comparator.comparingDouble(k -> sums[Objects.requireNonNull(k)]))
                .orElseThrow();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).filter(v -> !Double.isNaN(v)).average().orElse(Double.NaN);
    }
}
