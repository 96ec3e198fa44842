package org.cyphervit.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.cyphervit.UserError;

/**
 * A part to learn from and a part to test on that share no patient, slide or cluster.
 *
 * @param train the larger part
 * @param test the smaller part
 */
public record Split(TileSource train, TileSource test) {
    /**
     * Splits by group where the source knows groups, else tile by tile within each class.
     *
     * @param testShare of the groups (or tiles), in (0, 1)
     * @param seed of the draw
     * @throws UserError if one of the parts has no tile
     */
    public static Split of(TileSource source, double testShare, long seed) {
        return ifPossible(source, testShare, seed)
                .orElseThrow(() -> new UserError("To test on a share of " + testShare + " (setting 'test-share') leaves"
                        + " one part of these " + source.size() + " tiles empty. Choose another share, or give more"
                        + " tiles, patients or slides."));
    }

    /** The same; empty if one of the parts had no tile. */
    public static Optional<Split> ifPossible(TileSource source, double testShare, long seed) {
        Map<String, List<Integer>> units = new TreeMap<>();
        for (int i = 0; i < source.size(); i++) {
            String group = source.group(i);
            units.computeIfAbsent(group == null ? "tile " + i : group, key -> new ArrayList<>())
                    .add(i);
        }
        // Groups of one class each are drawn class by class; groups that hold several classes, all together.
        boolean pure = units.values().stream()
                .allMatch(tiles -> tiles.stream().map(source::label).distinct().count() == 1);
        Map<Integer, List<String>> byLabel = new TreeMap<>();
        units.forEach((unit, tiles) -> byLabel.computeIfAbsent(
                        pure ? source.label(tiles.getFirst()) : 0, key -> new ArrayList<>())
                .add(unit));
        List<Integer> train = new ArrayList<>();
        List<Integer> test = new ArrayList<>();
        Random random = new Random(seed);
        for (List<String> names : byLabel.values()) {
            Collections.shuffle(names, random);
            long forTest = Math.round(names.size() * testShare);
            for (int i = 0; i < names.size(); i++) {
                (i < forTest ? test : train).addAll(units.getOrDefault(names.get(i), List.of()));
            }
        }
        if (train.isEmpty() || test.isEmpty()) {
            return Optional.empty();
        }
        Collections.sort(train);
        Collections.sort(test);
        return Optional.of(new Split(new TileSubset(source, train), new TileSubset(source, test)));
    }
}
