package org.cyphervit.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
        @Nullable List<String> groups) {
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

    /** N. */
    public int size() {
        return labels.length;
    }

    /** The samples with these indices, in this order. */
    public LabelledFeatures select(int[] indices) {
        int[] chosen = Arrays.stream(indices).map(i -> labels[i]).toArray();
        List<String> known = groups;
        List<String> chosenGroups = known == null
                ? null
                : Arrays.stream(indices).mapToObj(known::get).toList();
        return new LabelledFeatures(features.select(indices), chosen, classes, chosenGroups);
    }

    /** These samples followed by the other's, of the same classes; the groups are known if both sides know them. */
    public LabelledFeatures append(LabelledFeatures other) {
        requireSameClasses(other);
        int[] all = Arrays.copyOf(labels, Math.addExact(labels.length, other.labels.length));
        System.arraycopy(other.labels, 0, all, labels.length, other.labels.length);
        List<String> mine = groups;
        List<String> others = other.groups;
        List<String> both = null;
        if (mine != null && others != null) {
            both = new ArrayList<>(mine);
            both.addAll(others);
        }
        return new LabelledFeatures(features.append(other.features), all, classes, both);
    }

    /** Samples per class, in label order. */
    public int[] counts() {
        int[] counts = new int[classes.size()];
        for (int label : labels) {
            counts[label]++;
        }
        return counts;
    }

    /** The group of each sample as a number from 0 in order of appearance; each sample its own where none is known. */
    int[] groupIds() {
        List<String> known = groups;
        int[] ids = new int[labels.length];
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            int next = numbers.size();
            ids[i] = known == null ? i : numbers.computeIfAbsent(known.get(i), key -> next);
        }
        return ids;
    }

    void requireSameClasses(LabelledFeatures other) {
        features.requireSameWidth(other.features);
        if (!classes.equals(other.classes)) {
            throw new UserError("Training and test data must have the same classes in the same order; got " + classes
                    + " and " + other.classes + ".");
        }
    }

    void requireSamples(String what) {
        if (labels.length == 0) {
            throw new UserError(what + " needs training samples; got none.");
        }
    }
}
