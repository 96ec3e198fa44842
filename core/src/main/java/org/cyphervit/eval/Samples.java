package org.cyphervit.eval;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cyphervit.embed.FeatureMatrix;
import org.jspecify.annotations.Nullable;

/**
 * Features of samples with what is known of each; can be drawn into parts and joined.
 *
 * @param <S> the implementing type
 */
public interface Samples<S extends Samples<S>> {
    /** (N, D). */
    FeatureMatrix features();

    /** Patient, slide or cluster of each sample; null when unknown. */
    @Nullable
    List<String> groups();

    /** A number from 0 for each sample; parts hold the numbers in equal proportion: the class, or a fifth of the targets. */
    int[] strata();

    /** The samples with these indices, in this order. */
    S select(int[] indices);

    /** These samples followed by the other's; the groups are known if both sides know them. */
    S append(S other);

    /** N. */
    default int size() {
        return features().rows();
    }

    /** The group of each sample as a number from 0 in order of appearance; each sample its own where none is known. */
    default int[] groupIds() {
        List<String> known = groups();
        int[] ids = new int[size()];
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            int next = numbers.size();
            ids[i] = known == null ? i : numbers.computeIfAbsent(known.get(i), key -> next);
        }
        return ids;
    }
}
