package org.cyphervit.cli.command.train;

import java.awt.Desktop;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.cyphervit.cli.evaluate.KnnComparison;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.SharedOutput;
import org.cyphervit.cli.report.ExampleImage;
import org.cyphervit.cli.report.Report;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.cli.terminal.Tables;
import org.cyphervit.compare.CandidateResults;
import org.cyphervit.data.ImageFolder;
import org.cyphervit.data.Split;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.Phenotype;
import org.cyphervit.data.generated.StainPopulation;
import org.cyphervit.eval.table.TableFormat;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.train.RunListener;
import org.cyphervit.train.recipe.Recipe;
import org.cyphervit.train.recipe.Recipes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "quickstart",
        description =
                "See it all in ten minutes, without any data: draw tissue of nine phenotypes, pre-train without labels,"
                        + " compare with baselines, look at the report.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class QuickstartCommand implements Callable<Integer>, SharedOutput {
    private static final int SLIDES = 24;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            defaultValue = "runs/quickstart",
            description = "The run's folder. Default: ${DEFAULT-VALUE}.")
    private Path out = Path.of("runs/quickstart");

    @Option(names = "--seed", defaultValue = "0", description = "Seed of the tissue, weights and views. Default: 0.")
    private long seed;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Any key of the recipe; may be given often.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--open", description = "Open the report in the browser.")
    private boolean open;

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        long begun = System.nanoTime();
        Path folder = freeFolder();
        GeneratedTissue tissue = new GeneratedTissue(240, SLIDES, 64, StainPopulation.MANY_LABORATORIES, seed);
        Path tiles = folder.resolve("tiles");
        System.err.println("Drawing " + tissue.size() + " tiles of " + Phenotype.values().length + " phenotypes on "
                + SLIDES + " slides of different stain into " + tiles);
        Split slides = Split.of(tissue, 0.33, seed);
        Split split = new Split(
                written(tissue, slides.train(), tiles.resolve("train")),
                written(tissue, slides.test(), tiles.resolve("test")));
        Recipe recipe = recipe(tiles.resolve("train"), split.train().size());
        RunListener.End end = Pretraining.train(folder, recipe, split.train(), null, false);
        List<CandidateResults> comparison =
                KnnComparison.judge(folder, split, "generated tissue, slides that it did not learn from");
        System.err.println(Tables.metrics("k-NN on frozen features", comparison).write(TableFormat.TXT));
        Path report = folder.resolve(Report.NAME);
        new Report(split.test(), examples(), 600)
                .write(
                        report,
                        List.of(new Report.Subject(
                                folder, split.train(), KnnComparison.kept(folder, KnnComparison.of(split)))));
        double minutes = (System.nanoTime() - begun) / 60e9;
        System.err.printf("Done in %.1f minutes. Look at %s%n", minutes, report.toAbsolutePath());
        System.err.println("Next: cyphervit pretrain --data YOUR_TILES --out runs/mine");
        if (open && Desktop.isDesktopSupported()) {
            Desktop.getDesktop().browse(report.toUri());
        }
        comparison.forEach(row -> json.put(
                row.key().equals("trained") ? "accuracy" : row.key(),
                row.headline().mean()));
        json.put("report", report.toString())
                .put("run", folder.toString())
                .put("minutes", minutes)
                .put("images_per_second", end.imagesPerSecond())
                .print();
        return 0;
    }

    // A part of the tissue as a user's tiles would be: in folders.
    private static TileSource written(GeneratedTissue tissue, TileSource part, Path folder) throws IOException {
        Set<String> slides =
                IntStream.range(0, part.size()).mapToObj(part::group).collect(Collectors.toSet());
        List<Integer> tiles = IntStream.range(0, tissue.size())
                .filter(i -> slides.contains(tissue.group(i)))
                .boxed()
                .toList();
        tissue.writeTo(folder, tiles, new Progress("tiles", tiles.size()));
        return ImageFolder.scan(folder, ImageFolder.Labels.PARENT, 16, 2);
    }

    private Recipe recipe(Path tiles, int count) throws IOException {
        ObjectNode overrides;
        try (InputStream stream =
                Objects.requireNonNull(QuickstartCommand.class.getResourceAsStream("quickstart.yaml"))) {
            overrides = Recipes.read(stream.readAllBytes(), "quickstart.yaml");
        }
        overrides.putArray("data").add(tiles.toString());
        Recipes.set(overrides, "run.seed=" + seed);
        settings.forEach(setting -> Recipes.set(overrides, setting));
        Pretraining.suit(overrides, true);
        return Recipes.resolve(overrides, new DatasetInfo(count, List.of()));
    }

    // A second quickstart does not touch the first.
    private Path freeFolder() {
        Path folder = out;
        for (int i = 2; Files.exists(folder); i++) {
            folder = out.resolveSibling(out.getFileName() + "-" + i);
        }
        return folder;
    }

    private List<ExampleImage> examples() {
        List<ExampleImage> examples = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            List<Phenotype> some = new ArrayList<>();
            for (int p = 0; p < 3; p++) {
                some.add(Phenotype.values()[(2 * i + 3 * p) % Phenotype.values().length]);
            }
            String name = some.stream().map(Phenotype::label).distinct().collect(Collectors.joining(", "));
            examples.add(new ExampleImage(
                    name, GeneratedTissue.field(224, some, seed + i).image()));
        }
        return examples;
    }
}
