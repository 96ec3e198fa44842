package org.cyphervit.cli.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cyphervit.cli.bench.measure.BenchOutput;
import org.cyphervit.cli.bench.measure.HardwareLimit;
import org.cyphervit.cli.bench.measure.Rates;
import org.cyphervit.cli.bench.measure.StepBench;
import org.cyphervit.cli.bench.measure.Timings;
import org.cyphervit.cli.option.DeviceOption;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.terminal.Machine;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Precision;
import org.cyphervit.train.recipe.Recipe;
import org.cyphervit.train.recipe.Recipes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "step",
        description = {
            "Time training steps of any method and backbone on random images, by the trainer and the recipe that 'pretrain'"
                    + " would use for a million tiles. No loading of tiles.",
            "Tells where the time of a step goes, and how near it comes to the time of its matrix products alone."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class BenchStepCommand implements Callable<Integer> {
    @Option(names = "--method", defaultValue = "dino", description = "Such as dino. Default: ${DEFAULT-VALUE}.")
    private String method = "dino";

    @Option(
            names = "--backbone",
            defaultValue = "vit_small",
            description = "Such as vit_small or cyphervit_small. Default: ${DEFAULT-VALUE}.")
    private String backbone = "vit_small";

    @Option(names = "--batch", defaultValue = "4", description = "Tiles per step, at least 2. Default: 4.")
    @Within(least = 2, most = 4096)
    private int batch;

    @Option(names = "--local-crops", paramLabel = "L", description = "Local views. Default: the recipe's.")
    @Within(most = 64)
    private @Nullable Integer locals;

    @Option(names = "--precision", defaultValue = "fp32", description = "fp32 or bf16. Default: fp32.")
    private String precision = "fp32";

    @Option(names = "--steps", defaultValue = "10", description = "Timed, after two that are not. Default: 10.")
    @Within(least = 1, most = 100_000)
    private int steps;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Any key of the recipe, such as method.out=4096; may be given often.")
    private List<String> settings = new ArrayList<>();

    @Mixin
    private BenchOutput output = new BenchOutput();

    @Override
    public Integer call() throws IOException {
        ObjectNode overrides = Recipes.empty();
        Recipes.set(overrides, "method.name=" + method);
        Recipes.set(overrides, "backbone.name=" + backbone);
        Recipes.set(overrides, "run.batch=" + batch);
        Recipes.set(overrides, "run.precision=" + Precision.parse(precision));
        Recipes.set(overrides, "run.device=" + device.name());
        if (locals != null) {
            Recipes.set(overrides, "views.locals=" + locals);
        }
        settings.forEach(setting -> Recipes.set(overrides, setting));
        time(backbone, Recipes.resolve(overrides, StepBench.TILES), steps, output);
        return 0;
    }

    /** Times steps of a recipe and tells all that was measured. */
    static void time(String backbone, Recipe recipe, int steps, BenchOutput output) throws IOException {
        int batch = recipe.run().batch();
        try (StepBench bench = new StepBench(recipe)) {
            long before = Machine.memoryMib();
            StepBench.Result result = bench.run(steps, new Progress("steps", steps));
            long after = Machine.peakMemoryMib();
            Timings times = result.steps();
            double gemm = Rates.gemm(recipe.run().precision(), bench.device());
            HardwareLimit limit = new HardwareLimit(bench.gflopPerImage() * batch, times.median(), gemm);
            String what = describe(backbone, recipe);
            System.err.printf(
                    "%s: %.1f ms per step, %.2f images/s, %.0f %% of the hardware's limit (%.1f GFLOP per image, %.0f GFLOP/s)%n",
                    what,
                    times.median(),
                    batch * 1e3 / times.median(),
                    100 * limit.share(),
                    bench.gflopPerImage(),
                    gemm);
            result.phases().forEach((phase, ms) -> System.err.printf("%10.1f ms  %s%n", ms, phase.replace('_', ' ')));
            output.put("images_per_second", batch * 1e3 / times.median())
                    .put("ms_per_step", times)
                    .put("threads", Engine.threads())
                    .put("precision", recipe.run().precision().name().toLowerCase(Locale.ROOT));
            result.phases().forEach((phase, ms) -> output.put("ms_" + phase, ms));
            output.put("gflop_per_image", bench.gflopPerImage()).put(limit);
            if (before >= 0 && after >= 0) {
                output.put("memory_mib_per_image", (double) (after - before) / batch);
            }
            output.print("step", what);
        }
    }

    private static String describe(String backbone, Recipe recipe) {
        return String.format(
                Locale.ROOT,
                "%s %s/%d, %d views of %d px first, batch %d, %s on %s",
                recipe.method().provider().name(),
                backbone,
                recipe.backbone().patch(),
                recipe.views().recipe().views(),
                recipe.views().recipe().specs().getFirst().size(),
                recipe.run().batch(),
                recipe.run().precision().name().toLowerCase(Locale.ROOT),
                recipe.run().device());
    }
}
