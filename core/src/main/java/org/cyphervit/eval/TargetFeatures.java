package org.cyphervit.eval;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.cyphervit.UserError;
import org.cyphervit.embed.FeatureMatrix;
import org.jspecify.annotations.Nullable;

/**
 * Features with a number to estimate for each sample, such as tumour cellularity.
 *
 * @param features (N, D)
 * @param targets N finite numbers
 * @param groups patient, slide or cluster of each sample, so that splits do not leak; null when unknown
 */
public record TargetFeatures(
        FeatureMatrix features, double[] targets, @Nullable List<String> groups) implements Samples<TargetFeatures> {
    private static final int STRATA = 5;

    public TargetFeatures {
        groups = groups == null ? null : List.copyOf(groups);
        if (targets.length != features.rows() || (groups != null && groups.size() != targets.length)) {
            throw new IllegalArgumentException(features.rows() + " feature rows with " + targets.length
                    + " targets and " + (groups == null ? "no" : groups.size())
                    + " groups; expected one of each per row.");
        }
        for (int i = 0; i < targets.length; i++) {
            if (!Double.isFinite(targets[i])) {
                throw new UserError("Sample " + i + " has the target " + targets[i]
                        + "; expected a number. Leave samples without a target out of an evaluation.");
            }
        }
    }

    @Override
    public TargetFeatures select(int[] indices) {
        return new TargetFeatures(
                features.select(indices),
                Arrays.stream(indices).mapToDouble(i -> targets[i]).toArray(),
                LabelledFeatures.pick(groups, indices));
    }

    @Override
    public TargetFeatures append(TargetFeatures other) {
        double[] all = Arrays.copyOf(targets, Math.addExact(targets.length, other.targets.length));
        System.arraycopy(other.targets, 0, all, targets.length, other.targets.length);
        return new TargetFeatures(features.append(other.features), all, LabelledFeatures.join(groups, other.groups));
    }

    /** Fifths of the samples by target. */
    @Override
    public int[] strata() {
        int[] order = IntStream.range(0, targets.length)
                .boxed()
                .sorted(java.util.Comparator.comparingDouble(i -> targets[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        int[] strata = new int[targets.length];
        for (int rank = 0; rank < order.length; rank++) {
            strata[order[rank]] = (int) ((long) rank * STRATA / order.length);
        }
        return strata;
    }
}
