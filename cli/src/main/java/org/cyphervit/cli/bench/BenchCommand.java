package org.cyphervit.cli.bench;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.cyphervit.UserError;
import org.cyphervit.augment.batch.ViewPlace;
import org.cyphervit.cli.bench.measure.BenchOutput;
import org.cyphervit.cli.bench.measure.StepBench;
import org.cyphervit.cli.option.DeviceOption;
import org.cyphervit.cli.option.TileOptions;
import org.cyphervit.cli.option.Within;
import org.cyphervit.torch.Precision;
import org.cyphervit.train.recipe.Recipes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "bench",
        description = {
            "Time DINO's training step on random images: student forward and backward over 2 global 224-pixel and L local"
                    + " 96-pixel views, teacher forward, loss, clipping, AdamW, teacher update. No loading of tiles.",
            "With --views: the loader alone, on tiles of a folder.",
            "The subcommands time every other part of the program."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        subcommands = {
            BenchStepCommand.class,
            BenchEmbedCommand.class,
            BenchKnnCommand.class,
            BenchSlidesCommand.class,
            BenchUmapCommand.class,
            BenchPlacesCommand.class,
            BenchTileCommand.class,
            BenchViewsCommand.class,
            BenchFloorCommand.class,
            BenchHistoryCommand.class
        })
public final class BenchCommand implements Callable<Integer> {
    @Option(
            names = "--backbone",
            defaultValue = "vit_small",
            description = "Such as vit_small or cyphervit_small. Default: ${DEFAULT-VALUE}.")
    private String backbone = "vit_small";

    @Option(names = "--patch", defaultValue = "16", description = "Side of a patch, pixels. Default: 16.")
    @Within(least = 4, most = 224)
    private int patch;

    @Option(names = "--batch", defaultValue = "4", description = "Tiles of a batch. Default: 4.")
    @Within(least = 1, most = 4096)
    private int batch;

    @Option(names = "--local-crops", defaultValue = "2", description = "Local views, L. Default: 2.")
    @Within(most = 64)
    private int locals;

    @Option(names = "--out-dim", defaultValue = "65536", description = "Prototypes. Default: 65536.")
    @Within(least = 2, most = 1 << 18)
    private int out;

    @Option(names = "--precision", defaultValue = "fp32", description = "fp32 or bf16. Default: fp32.")
    private String precision = "fp32";

    @Option(names = "--steps", defaultValue = "10", description = "Timed, after two that are not. Default: 10.")
    @Within(least = 1, most = 100_000)
    private int steps;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Option(names = "--views", description = "Time the loader instead: decoding and views, no model.")
    private boolean views;

    @Option(names = "--data", paramLabel = "FOLDER", description = "Tiles for --views.")
    private @Nullable String data;

    @Option(names = "--threads", defaultValue = "2", description = "Loader threads for --views. Default: 2.")
    @Within(least = 1, most = 512)
    private int threads;

    @Mixin
    private TileOptions tiles = new TileOptions();

    @Mixin
    private BenchOutput output = new BenchOutput();

    @Override
    public Integer call() throws IOException {
        if (!views) {
            BenchStepCommand.time(backbone, Recipes.resolve(overrides(), StepBench.TILES), steps, output);
        } else if (data == null) {
            throw new UserError("--views needs tiles: give --data FOLDER.");
        } else {
            BenchViewsCommand.time(
                    tiles.open(data),
                    new BenchViewsCommand.Load(batch, locals, threads, steps, device.name(), ViewPlace.AUTO),
                    output);
        }
        return 0;
    }

    // DINO as its paper has it, whatever the backbone: what the Python peer does too.
    private ObjectNode overrides() {
        ObjectNode overrides = Recipes.empty();
        overrides
                .putObject("method")
                .put("name", "dino")
                .put("out", out)
                .put("batchNorm", false)
                .put("normLast", true);
        overrides
                .putObject("backbone")
                .put("name", backbone)
                .put("patch", patch)
                .put("imageSize", 224)
                .put("dropPath", 0);
        overrides.putObject("views").put("globalSize", 224).put("localSize", 96).put("locals", locals);
        overrides
                .putObject("run")
                .put("batch", batch)
                .put("precision", Precision.parse(precision).name())
                .put("device", device.name());
        return overrides;
    }
}
