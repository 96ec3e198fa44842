package org.cyphervit.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.cyphervit.UserError;
import org.cyphervit.eval.numeric.CosineNeighbours;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * PathoROB's robustness index (Kömen et al. 2025): whether features lie near each other for what tissue is or for where it
 * was stained. Over the k nearest neighbours of all samples, those of the same class and another centre (SO) against those of
 * another class and the same centre (OS): {@code SO / (SO + OS)}. 1: only biology counts; 0: only the centre does. Neighbours
 * of the same class and centre, or of neither, say nothing and are not counted. A sample's own patient, slide or cluster is
 * no neighbour.
 *
 * @param k neighbours
 * @param index in [0, 1]; NaN where no neighbour tells
 * @param sameClassOtherCentre SO
 * @param otherClassSameCentre OS
 * @param accuracy of the majority of the k neighbours in naming the class: what k is chosen by
 */
public record RobustnessIndex(
        int k, double index, long sameClassOtherCentre, long otherClassSameCentre, double accuracy) {
    /**
     * The index for several k.
     *
     * @param centres number of each sample's centre, from 0
     * @throws UserError if there are fewer than two centres or classes
     */
    public static List<RobustnessIndex> of(
            LabelledFeatures samples, int[] centres, List<Integer> neighbours, String device) {
        int n = samples.size();
        if (Arrays.stream(centres).distinct().count() < 2
                || Arrays.stream(samples.labels()).distinct().count() < 2) {
            throw new UserError("The robustness index needs samples of two classes and two centres; got "
                    + Arrays.stream(samples.labels()).distinct().count() + " classes and "
                    + Arrays.stream(centres).distinct().count() + " centres.");
        }
        int[] ks = neighbours.stream()
                .mapToInt(k -> Math.clamp(k, 1, Math.max(1, n - 1)))
                .distinct()
                .sorted()
                .toArray();
        int most = ks[ks.length - 1];
        int[][] nearest = new int[n][];
        double[][] similarities = new double[n][];
        int[] own = samples.groupIds();
        Device where = Scope.keep(Engine.device(device));
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            CosineNeighbours.search(
                    samples.features(),
                    samples.features(),
                    most,
                    where,
                    new CosineNeighbours.Exclusion(own, own),
                    (first, found, indices) -> {
                        double[] near = Tensors.doubles(found);
                        long[] numbers = Tensors.longs(indices);
                        for (int i = 0; i < near.length / most; i++) {
                            similarities[first + i] = Arrays.copyOfRange(near, i * most, (i + 1) * most);
                            nearest[first + i] = Arrays.stream(numbers, i * most, (i + 1) * most)
                                    .mapToInt(Math::toIntExact)
                                    .toArray();
                        }
                    });
        } finally {
            Scope.free(where);
        }
        List<RobustnessIndex> all = new ArrayList<>();
        for (int k : ks) {
            all.add(count(samples, centres, nearest, similarities, k));
        }
        return all;
    }

    /** That of the k whose neighbours name the class best: the smallest of equals. */
    public static RobustnessIndex best(List<RobustnessIndex> all) {
        RobustnessIndex best = all.getFirst();
        for (RobustnessIndex each : all) {
            best = each.accuracy > best.accuracy ? each : best;
        }
        return best;
    }

    private static RobustnessIndex count(
            LabelledFeatures samples, int[] centres, int[][] nearest, double[][] similarities, int k) {
        int[] labels = samples.labels();
        long biology = 0;
        long centre = 0;
        int hits = 0;
        for (int i = 0; i < labels.length; i++) {
            int[] votes = new int[samples.classes().size()];
            for (int j = 0; j < k; j++) {
                if (similarities[i][j] == Double.NEGATIVE_INFINITY) {
                    continue; // of its own group: fewer than k others are there
                }
                int other = nearest[i][j];
                boolean sameClass = labels[other] == labels[i];
                boolean sameCentre = centres[other] == centres[i];
                biology += sameClass && !sameCentre ? 1 : 0;
                centre += !sameClass && sameCentre ? 1 : 0;
                votes[labels[other]]++;
            }
            int named = 0;
            for (int c = 1; c < votes.length; c++) {
                named = votes[c] > votes[named] ? c : named;
            }
            hits += named == labels[i] ? 1 : 0;
        }
        return new RobustnessIndex(
                k, (double) biology / (biology + centre), biology, centre, (double) hits / labels.length);
    }
}
