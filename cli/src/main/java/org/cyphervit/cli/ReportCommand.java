package org.cyphervit.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.cyphervit.UserError;
import org.cyphervit.data.Split;
import org.cyphervit.data.TileSource;
import org.cyphervit.eval.protocol.Judged;
import org.cyphervit.image.RgbImage;
import org.cyphervit.train.Recipe;
import org.cyphervit.train.Recipes;
import org.cyphervit.train.Run;
import org.cyphervit.view.Views;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "report",
        description = {
            "Write one self-contained page about a run: results beside the floors, curves, token maps, tiles, views, recipe.",
            "Give labelled tiles (--train and --test, or --data) for the results."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
    private static final int EXAMPLES = 8;

    @Parameters(paramLabel = "RUN", description = "The run's folder.")
    private Path run = Path.of(".");

    @Mixin
    private SplitOptions labelled = new SplitOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        Path written = run.resolve(Run.RECIPE);
        if (!Files.exists(written)) {
            throw new UserError("'" + run + "' is no run: there is no " + Run.RECIPE + " in it.");
        }
        Recipe recipe = Recipes.parse(Files.readString(written));
        TileSource source =
                labelled.tiles().openAll(recipe.data().stream().map(Path::of).toList());
        List<Judged> results = List.of();
        TileSource shown = source;
        if (labelled.given()) {
            Split split = labelled.open();
            shown = split.test();
            results = KnnComparison.of(List.of(run), split);
        }
        List<RgbImage> examples = new ArrayList<>();
        for (int index : Examples.of(shown, EXAMPLES)) {
            RgbImage tile = shown.read(index);
            examples.add(Views.whole(tile, recipe.backbone().imageSize() * 2));
        }
        Path file = new RunReport(run, source).write(results, examples);
        System.err.println("Look at " + file.toAbsolutePath());
        json.put("report", file.toString()).print();
        return 0;
    }
}
