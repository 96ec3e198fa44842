package org.cyphervit.cli;

import java.nio.file.Path;
import org.cyphervit.UserError;
import org.cyphervit.data.Split;
import org.cyphervit.data.TileSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Labelled tiles to learn from and to test on: two folders, or one that is split by patient. */
final class SplitOptions {
    @Option(names = "--train", paramLabel = "FOLDER", description = "Class folders to learn from.")
    private @Nullable Path train;

    @Option(names = "--test", paramLabel = "FOLDER", description = "Class folders to test on.")
    private @Nullable Path test;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "One set instead of two, split at random; by patient or cluster where those are known.")
    private @Nullable Path data;

    @Option(
            names = "--test-share",
            defaultValue = "0.3",
            description = "Share of --data to test on. Default: ${DEFAULT-VALUE}.")
    private double testShare;

    @Option(names = "--split-seed", defaultValue = "0", description = "Of the random split. Default: 0.")
    private long splitSeed;

    @Mixin
    private TileOptions tiles = new TileOptions();

    /** Whether any labelled tiles were named. */
    boolean given() {
        return train != null || test != null || data != null;
    }

    /** Whether the parts are drawn at random here. */
    boolean isDrawn() {
        return data != null;
    }

    /** How folders are read. */
    TileOptions tiles() {
        return tiles;
    }

    /** Both parts, with the same classes. */
    Split open() {
        Split split;
        if (train != null && test != null) {
            split = new Split(tiles.open(train), tiles.open(test));
        } else if (data != null) {
            split = Split.of(tiles.open(data), testShare, splitSeed);
        } else {
            throw new UserError("Which tiles? Give --train FOLDER and --test FOLDER, or one --data FOLDER to split.");
        }
        TileSource known = split.train();
        if (known.classes().isEmpty()) {
            throw new UserError(
                    "The tiles have no classes. Put each class in a folder of its own, or choose --labels.");
        }
        if (!known.classes().equals(split.test().classes())) {
            throw new UserError("The classes differ: " + known.classes() + " to learn from and "
                    + split.test().classes() + " to test on.");
        }
        return split;
    }
}
