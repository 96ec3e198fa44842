package org.cyphervit.study;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.cyphervit.UserError;
import org.cyphervit.data.Split;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.stain.StainOptions;
import org.cyphervit.eval.TargetFeatures;
import org.cyphervit.eval.Task;

/**
 * The tiles of a study by what they are for.
 *
 * @param places of the tiles to pre-train on, as recipes name them
 * @param tiles those places, opened
 * @param stain how those tiles are normalized
 * @param classified sets with classes
 * @param measured sets with a number per tile
 */
public record StudyData(
        List<String> places,
        TileSource tiles,
        StainOptions stain,
        List<ClassSet> classified,
        List<NumberSet> measured) {
    /** The paper's sets with classes that a user's sets may stand for, in the order in which they are given away. */
    public static final List<String> CLASS_COLUMNS = List.of("crc-norm", "crc", "pannuke");
    /** The paper's set with numbers. */
    public static final String NUMBER_COLUMN = "breastpathq";

    public StudyData {
        places = List.copyOf(places);
        tiles = new FingerprintCache(tiles);
        classified = List.copyOf(classified);
        measured = List.copyOf(measured);
        distinct(classified, ClassSet::name, "name");
        distinct(classified, ClassSet::column, "column of the paper");
        distinct(measured, NumberSet::name, "name");
        if (measured.size() > 1) {
            throw new UserError("The paper's tables have one set with numbers; got " + measured.size() + ".");
        }
    }

    /**
     * A set with classes.
     *
     * @param column the paper's set it stands for: crc, crc-norm or pannuke
     * @param split tiles to learn from and to test on
     */
    public record ClassSet(String name, String column, Split split) {
        public ClassSet {
            split = FingerprintCache.of(split);
        }
    }

    /**
     * A set with a number per tile, such as tumour cellularity.
     *
     * @param labelling puts the numbers to features
     * @param fingerprint of the numbers; another makes measurements void
     */
    public record NumberSet(
            String name, String column, Split split, Task.Labelling<TargetFeatures> labelling, String fingerprint) {
        public NumberSet {
            split = FingerprintCache.of(split);
        }
    }

    private static <T> void distinct(List<T> sets, Function<T, String> key, String what) {
        for (int i = 0; i < sets.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (Objects.equals(key.apply(sets.get(i)), key.apply(sets.get(j)))) {
                    throw new UserError("Two data sets have the " + what + " '" + key.apply(sets.get(i))
                            + "'. Give each its own, as in 'NAME=TRAIN:TEST,as=pannuke'.");
                }
            }
        }
    }
}
