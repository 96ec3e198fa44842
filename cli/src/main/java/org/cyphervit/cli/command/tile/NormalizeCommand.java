package org.cyphervit.cli.command.tile;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.cli.command.Outputs;
import org.cyphervit.cli.option.FolderOptions;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.Unreadable;
import org.cyphervit.data.stain.StainNormalizedTiles;
import org.cyphervit.data.stain.StainOptions;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.stain.StainFit;
import org.cyphervit.stain.StainMethod;
import org.cyphervit.stain.StainProfile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "normalize",
        description = {
            "Give tiles the stains of a reference, a target image or a saved fit; write PNG files under the same names.",
            "To normalize while training or embedding, nothing written, use their option --stain instead."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class NormalizeCommand implements Callable<Integer> {
    /** A row per tile: its name and whether it was normalized. */
    private static final String TABLE = "normalized.csv";

    @Option(names = "--data", required = true, arity = "1..*", paramLabel = "TILES", description = FolderOptions.PLACES)
    private List<String> data = List.of();

    @Option(names = "--out", paramLabel = "FOLDER", description = "Where the PNG files and " + TABLE + " go.")
    private @Nullable Path out;

    @Option(
            names = "--method",
            defaultValue = "macenko",
            description = "macenko, vahadane or reinhard. Default: macenko.")
    private StainMethod method = StainMethod.MACENKO;

    @Option(
            names = "--fit",
            defaultValue = "tile",
            paramLabel = "WHAT",
            description = "Measure stains by tile, by group (slide or patient) or over all tiles. Default: tile.")
    private StainOptions.Fit fit = StainOptions.Fit.TILE;

    @Option(
            names = "--target",
            paramLabel = "FILE",
            description = "An image, or what --save-fit wrote. Default: the method's reference.")
    private @Nullable Path target;

    @Option(
            names = "--save-fit",
            paramLabel = "FILE",
            description = "Measure all tiles together and write their stains, to be the target of others.")
    private @Nullable Path saveFit;

    @Option(names = "--separate", description = "Also write haematoxylin and eosin alone, beside each tile.")
    private boolean separate;

    @Mixin
    private FolderOptions folders = new FolderOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    // Processor time, so that other programs and waiting do not count.
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private final LongAdder nanoseconds = new LongAdder();
    private final Unreadable unreadable = new Unreadable();

    @Override
    public Integer call() throws Exception {
        if (out == null && saveFit == null) {
            throw new UserError("What is to be done with the tiles? Give --out FOLDER, --save-fit FILE, or both.");
        }
        if (separate && method == StainMethod.REINHARD) {
            throw new UserError("reinhard knows no stains to separate. Choose macenko or vahadane.");
        }
        TileSource source = folders.openAll(data);
        if (saveFit != null) {
            save(source, saveFit);
        }
        if (out != null) {
            write(source, out);
        }
        json.print();
        return 0;
    }

    private void save(TileSource source, Path file) throws IOException {
        StainFit measured = StainNormalizedTiles.measure(
                        source, IntStream.range(0, source.size()).boxed().toList(), method)
                .orElseThrow(() -> new UserError("The tiles together hold too little stain to be measured."));
        AtomicFiles.write(file, measured.toJson());
        System.err.println("The tiles' stains are in " + file + "; normalize others to them with --target " + file);
        json.put("fit", file.toString());
    }

    private void write(TileSource source, Path folder) throws IOException {
        StainNormalizedTiles stained = new StainNormalizedTiles(
                source, method, new StainOptions(method.key(), fit, target == null ? "" : target.toString()));
        Progress progress = new Progress("normalizing", source.size());
        AtomicInteger done = new AtomicInteger();
        IntStream.range(0, source.size()).parallel().forEach(i -> {
            one(source, stained, i, folder);
            int count = done.incrementAndGet();
            synchronized (progress) {
                progress.accept(count);
            }
        });
        unreadable.requireFew(source.size());
        Set<String> missing = Set.copyOf(unreadable.names());
        Set<String> unchanged = stained.unchanged();
        StringBuilder table = new StringBuilder("tile,normalized\n");
        for (int i = 0; i < source.size(); i++) {
            String name = source.name(i);
            String outcome = missing.contains(name) ? "unreadable" : String.valueOf(!unchanged.contains(name));
            table.append('"')
                    .append(name.replace("\"", "\"\""))
                    .append("\",")
                    .append(outcome)
                    .append('\n');
        }
        AtomicFiles.write(folder.resolve(TABLE), table.toString());
        int read = source.size() - missing.size();
        double seconds = nanoseconds.sum() / 1e9 / Math.max(1, read) * 1000;
        System.err.printf(
                "%s in %s; too little stain, left as they are: %d; unreadable: %d. %s: %.2f s per 1000 tiles"
                        + " on one core.%n",
                Words.count(read, "tile"), folder, unchanged.size(), missing.size(), method.key(), seconds);
        json.put("out", folder.toString())
                .put("tiles", read)
                .put("unchanged", unchanged.stream().sorted().toList())
                .put("unreadable", unreadable.names())
                .put("seconds_per_1000_tiles", seconds);
    }

    private void one(TileSource source, StainNormalizedTiles stained, int index, Path folder) {
        String name = source.name(index);
        RgbImage image;
        try {
            image = source.read(index);
        } catch (IOException e) {
            unreadable.add(name, e);
            return;
        }
        byte[] rgb = image.rgb().clone();
        long before = CLOCK.getCurrentThreadCpuTime();
        stained.normalize(index, rgb);
        nanoseconds.add(CLOCK.getCurrentThreadCpuTime() - before);
        Path file = Outputs.within(folder, Outputs.withoutExtension(name) + ".png");
        try {
            Files.createDirectories(file.resolveSibling("."));
            ImageFiles.writePng(file, new RgbImage(image.width(), image.height(), rgb));
            if (separate) {
                separate(image, folder, name);
            }
        } catch (IOException e) {
            throw new UserError("'" + file + "' cannot be written: " + e.getMessage() + ".", e);
        }
    }

    private void separate(RgbImage image, Path folder, String name) throws IOException {
        // A tile that cannot be measured has no stains to show.
        if (method.fit(image.rgb()).orElse(null) instanceof StainProfile profile) {
            for (StainProfile.Stain stain : StainProfile.Stain.values()) {
                byte[] alone = profile.separate(image.rgb(), stain, method.reference());
                String suffix = "-" + stain.name().toLowerCase(java.util.Locale.ROOT) + ".png";
                ImageFiles.writePng(
                        Outputs.within(folder, Outputs.withoutExtension(name) + suffix),
                        new RgbImage(image.width(), image.height(), alone));
            }
        }
    }
}
