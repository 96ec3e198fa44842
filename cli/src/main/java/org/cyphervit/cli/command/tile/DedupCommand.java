package org.cyphervit.cli.command.tile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.cli.option.FolderOptions;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.data.ConcatenatedTiles;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.duplicate.NearDuplicates;
import org.cyphervit.file.CsvTable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "dedup",
        description = {
            "List tiles that show the same: turned, mirrored, enlarged or written anew.",
            "With --train and --test the exit code is 1 if a tile of one has a copy in the other."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class DedupCommand implements Callable<Integer> {
    private static final int SHOWN = 10;

    @Option(names = "--data", paramLabel = "TILES", description = "Tiles to look through.")
    private @Nullable String data;

    @Option(names = "--train", paramLabel = "TILES", description = "Tiles that are learnt from.")
    private @Nullable String train;

    @Option(names = "--test", paramLabel = "TILES", description = "Tiles that are tested on.")
    private @Nullable String test;

    @Option(
            names = "--similarity",
            paramLabel = "S",
            description = "Pairs that agree at least so much, 0 to 1. Default: " + NearDuplicates.LEAST + ".")
    @Within(most = 1, above = true)
    private double similarity = NearDuplicates.LEAST;

    @Option(
            names = "--csv",
            paramLabel = "FILE",
            description = "Write the pairs to a file: first, second, similarity, group.")
    private @Nullable Path csv;

    @Mixin
    private FolderOptions folders = new FolderOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        TileSource tiles;
        int known;
        if (data != null && train == null && test == null) {
            tiles = folders.open(data);
            known = tiles.size();
        } else if (data == null && train != null && test != null) {
            TileSource learnt = folders.open(train);
            known = learnt.size();
            tiles = ConcatenatedTiles.of(List.of(learnt, folders.open(test)));
        } else {
            throw new UserError("Give --data TILES, or both --train TILES and --test TILES.");
        }
        NearDuplicates found = NearDuplicates.of(tiles, new Progress("tiles", tiles.size()));
        List<NearDuplicates.Pair> pairs = found.pairs(similarity);
        List<List<Integer>> groups = NearDuplicates.groups(tiles.size(), pairs);
        int copies = groups.stream().mapToInt(group -> group.size() - 1).sum();
        if (csv != null) {
            write(csv, tiles, pairs, groups);
            json.put("csv", csv.toString());
        }
        List<NearDuplicates.Pair> across = pairs.stream()
                .filter(pair -> pair.first() < known && pair.second() >= known)
                .toList();
        boolean split = test != null;
        print(tiles, split ? across : pairs);
        System.err.printf(
                "%s; pairs that show the same: %d, in %s; without copies: %s.%n",
                Words.count(tiles.size(), "tile"),
                pairs.size(),
                Words.count(groups.size(), "group"),
                Words.count(tiles.size() - copies, "tile"));
        if (!found.unreadable().isEmpty()) {
            System.err.println("Left out, as they cannot be read: " + String.join(", ", found.unreadable()) + ".");
        }
        if (split && !across.isEmpty()) {
            System.err.println("Pairs with one tile in --train and one in --test: " + across.size()
                    + ". What is measured there" + " would be memory. Put each group of --csv on one side.");
        }
        return json.put("tiles", tiles.size())
                .put("pairs", pairs.size())
                .put("groups", groups.size())
                .put("distinct", tiles.size() - copies)
                .put("across", across.size())
                .put("unreadable", found.unreadable())
                .print(
                        !split || across.isEmpty(),
                        "Pairs with one tile in --train and one in --test: " + across.size() + ".");
    }

    private static void print(TileSource tiles, List<NearDuplicates.Pair> pairs) {
        pairs.stream()
                .sorted((a, b) -> Double.compare(b.similarity(), a.similarity()))
                .limit(SHOWN)
                .forEach(pair -> System.err.printf(
                        Locale.ROOT,
                        "%.3f  %s  %s%n",
                        pair.similarity(),
                        tiles.name(pair.first()),
                        tiles.name(pair.second())));
        if (pairs.size() > SHOWN) {
            System.err.println("... and " + (pairs.size() - SHOWN) + " more");
        }
    }

    private static void write(Path file, TileSource tiles, List<NearDuplicates.Pair> pairs, List<List<Integer>> groups)
            throws Exception {
        int[] number = new int[tiles.size()];
        for (int g = 0; g < groups.size(); g++) {
            for (int tile : groups.get(g)) {
                number[tile] = g + 1;
            }
        }
        List<List<String>> rows = new ArrayList<>();
        for (NearDuplicates.Pair pair : pairs) {
            rows.add(List.of(
                    tiles.name(pair.first()),
                    tiles.name(pair.second()),
                    String.format(Locale.ROOT, "%.4f", pair.similarity()),
                    String.valueOf(number[pair.first()])));
        }
        CsvTable.write(file, List.of("first", "second", "similarity", "group"), rows);
    }
}
