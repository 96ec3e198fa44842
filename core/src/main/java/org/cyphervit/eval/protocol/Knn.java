package org.cyphervit.eval.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.StratifiedSplit;
import org.cyphervit.eval.metric.ClassScores;
import org.cyphervit.eval.numeric.CosineNeighbours;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * Weighted k-nearest neighbours as in DINO (Caron et al. 2021, after Wu et al. 2018): features are scaled to unit
 * length, and each of the k nearest training samples by cosine similarity s votes with the weight exp(s / temperature).
 * Exact, for any number of samples and classes; a sweep over k costs one search.
 *
 * @param neighbours the values of k, rising; those beyond the training set count as its size
 * @param temperature of the votes, above 0; DINO: 0.07
 * @param device where the search runs: {@code cpu}, {@code cuda} or {@code cuda:1}
 */
public record Knn(List<Integer> neighbours, double temperature, String device) {
    /** DINO's temperature. */
    public static final double TEMPERATURE = 0.07;

    private static final int LEFT_OUT = 10_000;

    public Knn {
        neighbours = neighbours.stream().distinct().sorted().toList();
        if (neighbours.isEmpty() || neighbours.getFirst() < 1) {
            throw new UserError("k-NN needs values of k of at least 1; got " + neighbours + ".");
        }
        if (!(temperature > 0)) {
            throw new UserError("The temperature of k-NN votes must be above 0; got " + temperature + ".");
        }
    }

    /** The sweep of DINO's evaluation, with k = 50 added, on the CPU. */
    public static Knn standard() {
        return new Knn(List.of(10, 20, 50, 100, 200), TEMPERATURE, "cpu");
    }

    /** The verdict for one k: shares of the votes, (M, C). */
    public record Votes(int k, ClassScores scores) {}

    /** Verdicts on training samples by the others. */
    public record LeftOut(LabelledFeatures samples, List<Votes> votes) {}

    /** Estimated targets for one k. */
    public record Estimates(int k, double[] values) {}

    /** Classifies every query, for each k. */
    public List<Votes> classify(LabelledFeatures train, FeatureMatrix queries) {
        return vote(train, queries, null);
    }

    /**
     * Classifies samples by the others, all of them or {@value #LEFT_OUT} drawn at random; samples of its own patient,
     * slide or cluster have no vote where groups are known. This is how to choose k without looking at test data.
     */
    public LeftOut leaveOneOut(LabelledFeatures samples) {
        int[] queries = IntStream.range(0, samples.size()).toArray();
        if (queries.length > LEFT_OUT) {
            queries = StratifiedSplit.labelled(samples.labels(), (double) LEFT_OUT / queries.length, 0);
        }
        int[] ids = samples.groupIds();
        int[] own = Arrays.stream(queries).map(i -> ids[i]).toArray();
        LabelledFeatures leftOut = samples.select(queries);
        return new LeftOut(leftOut, vote(samples, leftOut.features(), new CosineNeighbours.Exclusion(ids, own)));
    }

    /** Estimates a number per query as the weighted mean of its neighbours' targets, for each k. */
    public List<Estimates> regress(FeatureMatrix train, double[] targets, FeatureMatrix queries) {
        if (targets.length != train.rows() || targets.length == 0) {
            throw new IllegalArgumentException(train.rows() + " training samples with " + targets.length
                    + " targets; expected one each, and at least one.");
        }
        int[] ks = ks(train.rows());
        double[][] values = new double[ks.length][queries.rows()];
        try (Scope scope = Scope.open()) {
            Device where = Engine.device(device);
            Tensor known = Tensors.of(targets, targets.length).to(where, ScalarType.Double);
            CosineNeighbours.search(train, queries, ks[ks.length - 1], where, null, (first, similarities, indices) -> {
                Tensor weights = weights(similarities).to(ScalarType.Double);
                Tensor weighted = weights.mul(pick(known, indices)).cumsum(1);
                Tensor total = weights.cumsum(1);
                for (int i = 0; i < ks.length; i++) {
                    double[] means =
                            Tensors.doubles(weighted.select(1, ks[i] - 1).div(total.select(1, ks[i] - 1)));
                    System.arraycopy(means, 0, values[i], first, means.length);
                }
            });
        }
        List<Estimates> estimates = new ArrayList<>();
        for (int i = 0; i < ks.length; i++) {
            estimates.add(new Estimates(ks[i], values[i]));
        }
        return estimates;
    }

    private List<Votes> vote(
            LabelledFeatures train, FeatureMatrix queries, CosineNeighbours.@Nullable Exclusion exclusion) {
        train.requireSamples("k-NN");
        int classes = train.classes().size();
        int[] ks = ks(train.size());
        double[][] shares = new double[ks.length][Math.multiplyExact(queries.rows(), classes)];
        try (Scope scope = Scope.open()) {
            Device where = Engine.device(device);
            Tensor labels = Tensors.ofLabels(train.labels()).to(where, ScalarType.Long);
            CosineNeighbours.search(
                    train.features(), queries, ks[ks.length - 1], where, exclusion, (first, similarities, indices) -> {
                        Tensor weights = weights(similarities);
                        Tensor theirs = pick(labels, indices); // (B, k)
                        Tensor votes = torch.zeros(indices.size(0), classes).to(where, ScalarType.Float);
                        int counted = 0;
                        for (int i = 0; i < ks.length; i++) {
                            int more = ks[i] - counted;
                            votes.scatter_add_(1, theirs.narrow(1, counted, more), weights.narrow(1, counted, more));
                            counted = ks[i];
                            double[] block = Tensors.doubles(shares(votes));
                            System.arraycopy(block, 0, shares[i], first * classes, block.length);
                        }
                    });
        }
        List<Votes> verdicts = new ArrayList<>();
        for (int i = 0; i < ks.length; i++) {
            verdicts.add(new Votes(ks[i], new ClassScores(shares[i], classes)));
        }
        return verdicts;
    }

    // exp((s - s1) / T): the nearest neighbour weighs 1, so that no temperature overflows; shares are the same. An
    // excluded neighbour has s = -infinity and weighs 0, also where all are excluded (hence the clamp of s1).
    private Tensor weights(Tensor similarities) {
        Tensor nearest = similarities.narrow(1, 0, 1).clamp_min(new Scalar(-1.0));
        return similarities.sub(nearest).div(new Scalar(temperature)).exp();
    }

    private static Tensor pick(Tensor values, Tensor indices) {
        return values.index_select(0, indices.reshape(-1)).reshape(indices.size(0), indices.size(1));
    }

    private static Tensor shares(Tensor votes) {
        return votes.div(Tensors.sumKeeping(votes, 1).clamp_min(new Scalar(Float.MIN_NORMAL)));
    }

    private int[] ks(int available) {
        return neighbours.stream()
                .mapToInt(k -> Math.min(k, available))
                .distinct()
                .toArray();
    }
}
