package org.cyphervit.cli.option;

import java.util.List;
import java.util.Locale;
import org.cyphervit.UserError;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.data.Split;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.duplicate.SplitCopies;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Labelled tiles to learn from and to test on: two folders, or one that is split by patient. */
public final class SplitOptions {
    @Option(names = "--train", paramLabel = "TILES", description = "Tiles with classes to learn from, as for --data.")
    private @Nullable String train;

    @Option(names = "--test", paramLabel = "TILES", description = "Tiles with classes to test on, as for --data.")
    private @Nullable String test;

    @Option(
            names = "--data",
            paramLabel = "TILES",
            description = {
                FolderOptions.PLACES,
                "One set instead of two, split at random; by patient or cluster where those are known."
            })
    private @Nullable String data;

    @Option(
            names = "--test-share",
            defaultValue = "0.3",
            description = "Share of --data to test on. Default: ${DEFAULT-VALUE}.")
    @Within(most = 1, above = true, below = true)
    private double testShare;

    @Option(names = "--split-seed", defaultValue = "0", description = "Seed of the random split. Default: 0.")
    private long splitSeed;

    @Option(
            names = "--allow-duplicates",
            description =
                    "Go on where pictures that are tested on were learnt from too (copies, also scaled, turned by right"
                            + " angles or mirrored), and count them, instead of refusing.")
    private boolean allowDuplicates;

    private int duplicates;

    @Mixin
    private TileOptions tiles = new TileOptions();

    /** Whether any labelled tiles were named. */
    public boolean given() {
        return train != null || test != null || data != null;
    }

    /** Whether the parts are drawn at random here. */
    public boolean isDrawn() {
        return data != null;
    }

    /** The tiles, for people. */
    public String words() {
        return data == null
                ? train + " to learn from, " + test + " to test on"
                : String.format(Locale.ROOT, "%s, %.0f %% of it to test on", data, 100 * testShare);
    }

    /** How folders are read. */
    public TileOptions tiles() {
        return tiles;
    }

    /** Both parts, with the same classes. */
    public Split open() {
        Split split = openParts();
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

    /** Both parts, with or without classes. */
    public Split openParts() {
        return apart(parts());
    }

    /** Tiles of the last split that are tested on though a copy of them is learnt from; above 0 only where that is allowed. */
    public int duplicates() {
        return duplicates;
    }

    private Split parts() {
        if (train != null && test != null) {
            return new Split(tiles.open(train), tiles.open(test));
        }
        if (data != null) {
            return Split.of(tiles.open(data), testShare, splitSeed);
        }
        throw new UserError("Which tiles? Give --train FOLDER and --test FOLDER, or one --data FOLDER to split.");
    }

    // What is tested on pictures that were learnt is memory.
    private Split apart(Split split) {
        int all = split.train().size() + split.test().size();
        List<SplitCopies.Copy> copies =
                SplitCopies.find(split.train(), split.test(), new Progress("comparing tiles", all));
        duplicates = copies.size();
        if (copies.isEmpty()) {
            return split;
        }
        SplitCopies.Copy first = copies.getFirst();
        String what = String.format(
                Locale.ROOT,
                "%d of %d tiles to test on %s of tiles to learn from, for example '%s' of '%s'",
                copies.size(),
                split.test().size(),
                copies.size() == 1 ? "is a copy" : "are copies",
                split.test().name(first.test()),
                split.train().name(first.train()));
        if (!allowDuplicates) {
            throw new UserError(
                    what + ". Results would be memory. Put copies on one side: 'data dedup' lists them, --clusters"
                            + " keeps groups together. With --allow-duplicates they are counted and kept.");
        }
        System.err.println("Warning: " + what + ".");
        return split;
    }
}
