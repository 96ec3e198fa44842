package org.cyphervit.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cyphervit.UserError;
import org.cyphervit.data.TileSource;
import org.cyphervit.embed.Embedder;
import org.cyphervit.embed.FeatureMatrix;
import org.jspecify.annotations.Nullable;

/**
 * Features with what is known of each sample.
 *
 * @param features (N, D)
 * @param labels N indices into {@code classes}
 * @param classes C names in label order; training and test data share one list
 * @param groups patient, slide or cluster of each sample, so that splits do not leak; null when unknown
 */
public record LabelledFeatures(
        FeatureMatrix features,
        int[] labels,
        List<String> classes,
        @Nullable List<String> groups) implements Samples<LabelledFeatures> {
    public LabelledFeatures {
        classes = List.copyOf(classes);
        groups = groups == null ? null : List.copyOf(groups);
        if (labels.length != features.rows() || (groups != null && groups.size() != labels.length)) {
            throw new IllegalArgumentException(features.rows() + " feature rows with " + labels.length + " labels and "
                    + (groups == null ? "no" : groups.size()) + " groups; expected one of each per row.");
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes.size()) {
                throw new UserError("Sample " + i + " has label " + labels[i] + "; expected 0 to "
                        + (classes.size() - 1) + " for the classes " + classes
                        + ". Leave samples without a label out of an evaluation.");
            }
        }
    }

    /** Samples whose patient, slide or cluster is unknown. */
    public LabelledFeatures(FeatureMatrix features, int[] labels, List<String> classes) {
        this(features, labels, classes, null);
    }

    /** Features of the tiles that could be read, with the source's labels and, where every tile has one, groups. */
    public static LabelledFeatures of(TileSource source, Embedder.Result embedded) {
        return of(source, embedded.indices(), embedded.features());
    }

    /** Features of the tiles with these indices. */
    public static LabelledFeatures of(TileSource source, int[] indices, FeatureMatrix features) {
        List<String> groups = new ArrayList<>();
        for (int index : indices) {
            String group = source.group(index);
            if (group != null) {
                groups.add(group);
            }
        }
        return new LabelledFeatures(
                features,
                Arrays.stream(indices).map(source::label).toArray(),
                source.classes(),
                groups.size() == indices.length ? groups : null);
    }

    @Override
    public LabelledFeatures select(int[] indices) {
        return new LabelledFeatures(
                features.select(indices),
                Arrays.stream(indices).map(i -> labels[i]).toArray(),
                classes,
                pick(groups, indices));
    }

    @Override
    public LabelledFeatures append(LabelledFeatures other) {
        requireSameClasses(other);
        int[] all = Arrays.copyOf(labels, Math.addExact(labels.length, other.labels.length));
        System.arraycopy(other.labels, 0, all, labels.length, other.labels.length);
        return new LabelledFeatures(features.append(other.features), all, classes, join(groups, other.groups));
    }

    /** The classes. */
    @Override
    public int[] strata() {
        return labels;
    }

    /** Samples per class, in label order. */
    public int[] counts() {
        int[] counts = new int[classes.size()];
        for (int label : labels) {
            counts[label]++;
        }
        return counts;
    }

    static @Nullable List<String> pick(@Nullable List<String> groups, int[] indices) {
        return groups == null
                ? null
                : Arrays.stream(indices).mapToObj(groups::get).toList();
    }

    static @Nullable List<String> join(@Nullable List<String> groups, @Nullable List<String> others) {
        if (groups == null || others == null) {
            return null;
        }
        List<String> both = new ArrayList<>(groups);
        both.addAll(others);
        return both;
    }

    /** @throws UserError if width or classes differ */
    public void requireSameClasses(LabelledFeatures other) {
        features.requireSameWidth(other.features);
        if (!classes.equals(other.classes)) {
            throw new UserError("Training and test data must have the same classes in the same order; got " + classes
                    + " and " + other.classes + ".");
        }
    }

    /** @throws UserError if there are none; {@code what} needs them */
    public void requireSamples(String what) {
        if (labels.length == 0) {
            throw new UserError(what + " needs training samples; got none.");
        }
    }
}
