package org.cyphervit.cli.command.tile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.cli.option.FolderOptions;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.sets.TileLocation;
import org.cyphervit.data.shard.ShardPacker;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "pack",
        description = {
            "Pack tiles once into tar shards: a few large files for many small ones, quick to copy and to read over a network.",
            "Training from the shards is training from the tiles: same order, same views. Image files are copied byte by"
                    + " byte, pixels of arrays become PNG. Python reads the shards by tarfile and webdataset."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class PackCommand implements Callable<Integer> {
    @Option(names = "--data", arity = "1..*", paramLabel = "TILES", description = FolderOptions.PLACES)
    private List<String> data = List.of();

    @Option(names = "--out", paramLabel = "FOLDER", description = "Where the shards, their index and checksums go.")
    private @Nullable Path out;

    @Option(
            names = "--shard-mib",
            defaultValue = "256",
            description = "Size beyond which a new shard is begun, MiB. Default: ${DEFAULT-VALUE}.")
    @Within(least = 1, most = 1 << 20)
    private int shardMib;

    @Option(names = "--overwrite", description = "Replace shards that the folder holds already.")
    private boolean overwrite;

    @Option(names = "--check", paramLabel = "FOLDER", description = "Compare packed shards with their checksums.")
    private @Nullable Path check;

    @Mixin
    private FolderOptions folders = new FolderOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        if (check != null) {
            return check(check);
        }
        if (data.isEmpty() || out == null) {
            throw new UserError(
                    "Which tiles are to be packed, and where? Give --data TILES and --out FOLDER, or --check FOLDER.");
        }
        for (String place : data) {
            requireElsewhere(TileLocation.parse(place).place(), out);
        }
        TileSource source = folders.openAll(data);
        Progress progress = new Progress("packing", source.size());
        ShardPacker.Result result = ShardPacker.pack(source, out, overwrite, (long) shardMib << 20, progress);
        System.err.printf(
                "%s in %s of together %d MiB in %s, %d unreadable. Use them as --data %s%n",
                Words.count(result.tiles(), "tile"),
                Words.count(result.shards().size(), "shard"),
                result.bytes() >> 20,
                out,
                result.unreadable().size(),
                out);
        json.put("out", out.toString())
                .put("tiles", result.tiles())
                .put("shards", result.shards().stream().map(Path::toString).toList())
                .put("bytes", result.bytes())
                .put("unreadable", result.unreadable())
                .print();
        return 0;
    }

    private int check(Path folder) throws IOException {
        List<String> damaged = ShardPacker.damaged(folder, new Progress("checking shards", 0));
        System.err.println(
                damaged.isEmpty()
                        ? "All shards in " + folder + " are as they were packed."
                        : "Damaged or missing in " + folder + ": " + String.join(", ", damaged) + ". Copy them again.");
        return json.put("damaged", damaged)
                .print(damaged.isEmpty(), Words.count(damaged.size(), "shard") + " damaged or missing.");
    }

    // Packing shards into their own folder would delete them before they are read.
    private static void requireElsewhere(Path place, Path out) throws IOException {
        if (Files.exists(place) && Files.exists(out) && Files.isSameFile(place, out)) {
            throw new UserError("The tiles lie in '" + out + "' themselves; choose another folder for the shards.");
        }
    }
}
