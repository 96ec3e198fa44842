package org.cyphervit.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Two parts of some samples, each with the classes in the proportion of the whole, that share no patient, slide or cluster
 * where groups are known.
 *
 * @param rest indices of the larger part, rising
 * @param drawn indices of the part that was drawn, rising
 */
public record StratifiedSplit(int[] rest, int[] drawn) {
    private static final double VALIDATION = 0.2;

    /**
     * Draws a part.
     *
     * @param labels class of each sample, from 0; all 0 where there are no classes
     * @param groups number of each sample's group, from 0; each sample its own number where none is known
     * @param share of the samples to draw, in (0, 1)
     */
    public static StratifiedSplit draw(int[] labels, int[] groups, double share, long seed) {
        int classes = Arrays.stream(labels).max().orElse(0) + 1;
        List<List<Integer>> members = new ArrayList<>();
        for (int i = 0; i < groups.length; i++) {
            while (members.size() <= groups[i]) {
                members.add(new ArrayList<>());
            }
            members.get(groups[i]).add(i);
        }
        double[] wanted = new double[classes];
        for (int label : labels) {
            wanted[label] += share;
        }
        Collections.shuffle(members, new Random(seed));
        boolean[] isDrawn = take(members, labels, wanted);
        return new StratifiedSplit(indices(isDrawn, false), indices(isDrawn, true));
    }

    /**
     * A fifth of training samples to choose a setting by, of other patients, slides or clusters where those are known and
     * enough, else sample by sample.
     *
     * @return nothing drawn where there are too few samples
     */
    public static StratifiedSplit validation(int[] labels, int[] groups, long seed) {
        StratifiedSplit grouped = draw(labels, groups, VALIDATION, seed);
        return grouped.drawn.length > 0 && grouped.rest.length > 0
                ? grouped
                : draw(labels, IntStream.range(0, labels.length).toArray(), VALIDATION, seed);
    }

    // A group is drawn where that brings the classes nearer to what is wanted; with one sample per group this fills
    // each class to the nearest whole number.
    private static boolean[] take(List<List<Integer>> groups, int[] labels, double[] wanted) {
        boolean[] isDrawn = new boolean[labels.length];
        for (List<Integer> group : groups) {
            double gain = 0;
            double[] after = wanted.clone();
            for (int i : group) {
                after[labels[i]]--;
            }
            for (int c = 0; c < wanted.length; c++) {
                gain += Math.abs(wanted[c]) - Math.abs(after[c]);
            }
            if (gain > 1e-9 || (Math.abs(gain) <= 1e-9 && wanted[labels[group.getFirst()]] >= 0.5)) {
                group.forEach(i -> isDrawn[i] = true);
                System.arraycopy(after, 0, wanted, 0, wanted.length);
            }
        }
        return isDrawn;
    }

    /**
     * A few samples of each class, as labels are given out in semi-supervised learning: every class gets its share, at
     * least one sample, and with one seed a smaller share is part of every larger one.
     *
     * @param share of each class, in (0, 1]
     * @return indices, rising
     */
    public static int[] labelled(int[] labels, double share, long seed) {
        List<Integer> order = new ArrayList<>();
        int classes = Arrays.stream(labels).max().orElse(0) + 1;
        int[] left = new int[classes];
        for (int i = 0; i < labels.length; i++) {
            order.add(i);
            left[labels[i]]++;
        }
        for (int c = 0; c < classes; c++) {
            left[c] = left[c] == 0 ? 0 : Math.clamp(Math.round(left[c] * share), 1, left[c]);
        }
        Collections.shuffle(order, new Random(seed));
        List<Integer> chosen = new ArrayList<>();
        for (int i : order) {
            if (left[labels[i]]-- > 0) {
                chosen.add(i);
            }
        }
        return chosen.stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    private static int[] indices(boolean[] isDrawn, boolean which) {
        int[] indices = new int[isDrawn.length];
        int count = 0;
        for (int i = 0; i < isDrawn.length; i++) {
            if (isDrawn[i] == which) {
                indices[count++] = i;
            }
        }
        return Arrays.copyOf(indices, count);
    }
}
