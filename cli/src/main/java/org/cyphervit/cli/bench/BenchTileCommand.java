package org.cyphervit.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.cyphervit.UserError;
import org.cyphervit.cli.bench.measure.BenchOutput;
import org.cyphervit.cli.option.Within;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideReader;
import org.cyphervit.slide.tiling.SlidePlan;
import org.cyphervit.slide.tiling.Tile;
import org.cyphervit.slide.tiling.TilingOptions;
import org.cyphervit.slide.tissue.TissueOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "tile",
        description = {
            "Time the cutting of a slide: finding tissue, then reading and encoding tiles as JPEG with all processors.",
            "By both readers where both can read it. Each does it twice, and the second time counts."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class BenchTileCommand implements Callable<Integer> {
    @Parameters(paramLabel = "SLIDE", description = "A slide or an image.")
    private Path slide = Path.of(".");

    @Option(names = "--size", defaultValue = "224", description = "Side of a tile, pixels. Default: 224.")
    @Within(least = 16, most = 8192)
    private int size;

    @Option(
            names = "--target-mpp",
            paramLabel = "UM",
            defaultValue = "0.5",
            description = "Microns per pixel of the tiles. Default: 0.5.")
    @Within(least = 0.02, most = 100)
    private double targetMpp;

    @Option(names = "--mpp", paramLabel = "UM", description = "Microns per pixel of a slide that does not say it.")
    @Within(least = 0.02, most = 20)
    private @Nullable Double mpp;

    @Option(names = "--limit", defaultValue = "2000", description = "Tiles to cut at most. Default: 2000.")
    @Within(least = 1, most = 1_000_000_000)
    private int limit;

    @Mixin
    private BenchOutput output = new BenchOutput();

    /** @param plan milliseconds of opening the slide and finding its tissue */
    private record Cut(int tiles, double plan, double seconds) {
        double rate() {
            return tiles / seconds;
        }
    }

    @Override
    public Integer call() throws IOException {
        if (!Files.exists(slide)) {
            throw new UserError("There is no slide '" + slide + "'. Check the path.");
        }
        Map<SlideReader, Cut> cuts = new LinkedHashMap<>();
        Map<SlideReader, String> refusals = new LinkedHashMap<>();
        for (SlideReader reader : List.of(SlideReader.JAVA, SlideReader.OPENSLIDE)) {
            try {
                cut(reader); // fills the system's cache of files and warms up
                cuts.put(reader, cut(reader));
            } catch (UserError e) {
                refusals.put(reader, String.valueOf(e.getMessage()));
            }
        }
        refusals.forEach((reader, why) -> System.err.println(name(reader) + " does not read it: " + why));
        if (cuts.isEmpty()) {
            throw new UserError("No reader could cut '" + slide + "'; see above.");
        }
        cuts.forEach((reader, cut) -> {
            System.err.printf(
                    "%s: %.1f tiles/s (%d tiles of %d px; tissue found in %.0f ms)%n",
                    name(reader), cut.rate(), cut.tiles(), size, cut.plan());
            output.put("tiles_per_second_" + name(reader), cut.rate()).put("ms_plan_" + name(reader), cut.plan());
        });
        output.put("tiles", cuts.values().iterator().next().tiles())
                .put("threads", Runtime.getRuntime().availableProcessors())
                .print("tile", slide.getFileName() + ", " + size + " px at " + targetMpp + " um");
        return 0;
    }

    private Cut cut(SlideReader reader) {
        TilingOptions options =
                new TilingOptions(size, OptionalDouble.of(targetMpp), 0, 0.7, false, TissueOptions.standard());
        long begun = System.nanoTime();
        try (Slide opened = Slide.open(slide, reader, mpp == null ? OptionalDouble.empty() : OptionalDouble.of(mpp))) {
            SlidePlan plan = SlidePlan.of(opened, options);
            long planned = System.nanoTime();
            List<Tile> tiles =
                    plan.kept().subList(0, Math.min(limit, plan.kept().size()));
            if (tiles.isEmpty()) {
                throw new UserError("no tile of '" + slide + "' holds tissue enough. Try a smaller --size.");
            }
            tiles.stream().parallel().forEach(tile -> ImageFiles.encode(".jpg", plan.read(tile)));
            return new Cut(tiles.size(), (planned - begun) / 1e6, (System.nanoTime() - planned) / 1e9);
        }
    }

    private static String name(SlideReader reader) {
        return reader.name().toLowerCase(Locale.ROOT);
    }
}
