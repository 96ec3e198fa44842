package org.cyphervit.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.cli.bench.measure.BenchMemory;
import org.cyphervit.cli.bench.measure.BenchOutput;
import org.cyphervit.cli.option.SlideFitOptions;
import org.cyphervit.cli.option.Within;
import org.cyphervit.file.hdf5.Hdf5Dataset;
import org.cyphervit.file.hdf5.Hdf5File;
import org.cyphervit.mil.bag.Bag;
import org.cyphervit.mil.bag.Cohort;
import org.cyphervit.mil.bag.Example;
import org.cyphervit.mil.bag.FeatureFolder;
import org.cyphervit.mil.bag.SlideTask;
import org.cyphervit.mil.bag.Target;
import org.cyphervit.mil.fit.BagMoments;
import org.cyphervit.mil.fit.FitOptions;
import org.cyphervit.mil.fit.Fitting;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "slides",
        description = {
            "Time an epoch of training an aggregator on slides of random features in h5 files, reading included.",
            "The files are made first, and removed afterwards; several slides share a file where there are more than"
                    + " --files."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class BenchSlidesCommand implements Callable<Integer> {
    @Option(
            names = "--slides",
            paramLabel = "N",
            defaultValue = "100",
            description = "Number of slides. Default: ${DEFAULT-VALUE}.")
    @Within(least = 2, most = 1_000_000)
    private int slides;

    @Option(
            names = "--tiles",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Number of tiles. Default: ${DEFAULT-VALUE}.")
    @Within(least = 1, most = 1_000_000)
    private int tiles;

    @Option(
            names = "--width",
            paramLabel = "D",
            defaultValue = "384",
            description = "Numbers in a feature. Default: ${DEFAULT-VALUE}.")
    @Within(least = 1, most = 16_384)
    private int width;

    @Option(
            names = "--files",
            paramLabel = "N",
            defaultValue = "20",
            description = "Number of h5 files. Default: ${DEFAULT-VALUE}.")
    @Within(least = 1, most = 100_000)
    private int files;

    @Mixin
    private SlideFitOptions aggregator = new SlideFitOptions();

    @Mixin
    private BenchOutput output = new BenchOutput();

    @Override
    public Integer call() throws Exception {
        BenchMemory.requireFeatures(tiles, width, "--tiles and --width");
        Path folder = Files.createTempDirectory("cyphervit-slides");
        try {
            time(folder);
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        return 0;
    }

    private void time(Path folder) throws IOException {
        int made = Math.min(files, slides);
        for (int f = 0; f < made; f++) {
            try (Scope scope = Scope.open()) {
                Tensor rows = new SeededGenerator(f, new Device("cpu")).normal(1, tiles, width);
                Hdf5File.write(
                        folder.resolve("slide-" + f + ".h5"),
                        List.of(new Hdf5Dataset(
                                "features", Tensors.floats(rows), new long[] {tiles, width}, Map.of())));
            }
        }
        try (FeatureFolder features = FeatureFolder.open(folder, folder.resolve("scratch"))) {
            Cohort cohort = cohort(features, made);
            FitOptions options = aggregator.options(SlideTask.CLASSES);
            BagMoments moments = BagMoments.of(cohort, done -> {});
            int[] all = IntStream.range(0, slides).toArray();
            FitOptions once = new FitOptions(
                    options.kind(),
                    options.aggregator(),
                    1,
                    1,
                    List.of(1e-4),
                    options.weightDecay(),
                    options.batch(),
                    options.instances(),
                    options.ties(),
                    options.precision(),
                    options.device());
            Fitting fitting = new Fitting(cohort, cohort.labels(), moments, once);
            fitting.fit(new int[] {0, 1}, new int[0], 0).net().close(); // the first loads and warms up
            long begun = System.nanoTime();
            Fitting.Fitted fitted = fitting.fit(all, new int[0], 0);
            double training = (System.nanoTime() - begun) / 1e9;
            begun = System.nanoTime();
            fitting.outputs(fitted.net(), all);
            double inference = (System.nanoTime() - begun) / 1e9;
            fitted.net().close();
            String what = String.format(
                    Locale.ROOT,
                    "an epoch of %s on %d slides of %d x %d, on %s",
                    aggregator.name(),
                    slides,
                    tiles,
                    width,
                    aggregator.device());
            System.err.printf(
                    Locale.ROOT,
                    "%s: %.1f s, %.1f slides/s; without gradients %.1f slides/s%n",
                    what,
                    training,
                    slides / training,
                    slides / inference);
            output.put("seconds_per_epoch", training)
                    .put("slides_per_second", slides / training)
                    .put("slides_per_second_inference", slides / inference)
                    .put("threads", Engine.threads())
                    .print("slides", what);
        }
    }

    private Cohort cohort(FeatureFolder features, int made) throws IOException {
        List<Example> examples = new java.util.ArrayList<>();
        for (int s = 0; s < slides; s++) {
            Bag bag = features.bag("slide-" + s % made);
            examples.add(new Example(
                    "slide " + s, "patient " + s, List.of(bag), new Target(s % 2, Double.NaN, Double.NaN, false)));
        }
        Cohort.Counts counts = new Cohort.Counts(slides, slides, slides, (long) slides * tiles, 0, 0, 0);
        return new Cohort(SlideTask.CLASSES, List.of("a", "b"), examples, null, counts);
    }
}
