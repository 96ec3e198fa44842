package org.cyphervit.cli.command.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import org.cyphervit.UserError;
import org.cyphervit.augment.batch.ViewLoader;
import org.cyphervit.cli.option.FolderOptions;
import org.cyphervit.cli.option.GroupOptions;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.SharedOutput;
import org.cyphervit.cli.option.TileOptions;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.data.TileSource;
import org.cyphervit.eval.protocol.KnnProbe;
import org.cyphervit.group.Group;
import org.cyphervit.group.LocalLauncher;
import org.cyphervit.group.Rendezvous;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.torch.EngineSettings;
import org.cyphervit.torch.ProcessMemory;
import org.cyphervit.train.MemoryPlan;
import org.cyphervit.train.Probe;
import org.cyphervit.train.Run;
import org.cyphervit.train.RunListener;
import org.cyphervit.train.TrainingCost;
import org.cyphervit.train.recipe.Recipe;
import org.cyphervit.train.recipe.Recipes;
import org.cyphervit.train.recipe.ResumedRecipe;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "pretrain",
        description = "Train a backbone on tiles without labels.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class PretrainCommand implements Callable<Integer>, SharedOutput {
    @Option(names = "--data", arity = "1..*", paramLabel = "TILES", description = FolderOptions.PLACES)
    private List<String> data = new ArrayList<>();

    @Option(names = "--recipe", paramLabel = "FILE", description = "A YAML recipe; what it leaves out has defaults.")
    private @Nullable Path recipeFile;

    @Option(names = "--method", description = "Such as dino.")
    private @Nullable String method;

    @Option(
            names = "--backbone",
            description =
                    "Such as cyphervit_small or vit_nano. Default: what the machine can train, nano on few cores, small"
                            + " on a GPU.")
    private @Nullable String backbone;

    @Option(names = "--epochs", description = "Passes over the tiles.")
    @Within(most = 1_000_000)
    private @Nullable Double epochs;

    @Option(
            names = "--seed",
            description = "Seed of the weights, the order of tiles and the views. Default: the recipe's.")
    private @Nullable Long seed;

    @Option(
            names = "--init",
            paramLabel = "FILE",
            description = "Weights to start from: an encoder, or .safetensors and .pth of timm, DINO, MAE, ...")
    private @Nullable String init;

    @Option(names = "--device", description = "cpu, cuda, cuda:1, ...")
    private @Nullable String device;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Any key of the recipe, such as run.batch=64; may be given often.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--out", paramLabel = "FOLDER", required = true, description = "The run's folder.")
    private Path out = Path.of("run");

    @Option(
            names = "--resume",
            description =
                    "Go on from the newest checkpoint in the run's folder, by its own recipe; settings that differ from"
                            + " it are refused. Without a run there, begin one.")
    private boolean resume;

    @Option(
            names = "--extend",
            paramLabel = "STEPS",
            description =
                    "Go on and train so many steps longer than the run was to take. Its schedules become those of a run"
                            + " of the new length.")
    @Within(least = 1, most = 1_000_000_000)
    private long extend;

    @Option(
            names = "--estimate",
            description = "Measure what memory and time this training needs here, say it, and end without training.")
    private boolean estimate;

    @Mixin
    private GroupOptions group = new GroupOptions();

    @Mixin
    private TileOptions tiles = new TileOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        try (LocalLauncher others = group.start(Objects.requireNonNull(spec))) {
            return train(others.membership());
        }
    }

    private int train(Rendezvous rendezvous) throws Exception {
        Path written = out.resolve(Run.RECIPE);
        boolean goesOn = (resume || extend != 0) && Files.exists(written);
        if (extend != 0 && !goesOn) {
            throw new UserError("There is no run in '" + out + "' that could be trained longer.");
        }
        if (estimate && (goesOn || rendezvous.size() > 1)) {
            throw new UserError("An estimate is made of a new training in one process; leave out --resume, --extend and"
                    + " --processes, or --estimate.");
        }
        if (!goesOn && !estimate) {
            Run.requireFree(out);
        }
        ObjectNode overrides = overrides();
        String before = goesOn ? Files.readString(written) : "";
        List<String> places = places(overrides, before);
        TileSource asIs = tiles.openAllAsIs(places);
        DatasetInfo info = new DatasetInfo(asIs.size(), asIs.classes());
        Recipe recipe = goesOn ? ResumedRecipe.of(before, overrides, info, extend) : begun(overrides, info, rendezvous);
        if (estimate) {
            json.print();
            return 0;
        }
        TileSource source = tiles.stain(asIs, recipe.stain());
        EngineSettings.expect(recipe.run().precision()); // before probe or group load the engine
        Probe probe = recipe.run().probeEvery() == 0
                ? null
                : KnnProbe.of(source, recipe.run().device(), Progress::new);
        RunListener.End end;
        try (Group joined = Group.join(rendezvous, recipe.run().device())) {
            end = Pretraining.train(out, recipe, source, probe, goesOn, joined);
        }
        if (rendezvous.rank() > 0) {
            return 0;
        }
        tiles.tellUnchanged();
        System.err.printf("Next: cyphervit evaluate knn --encoder %s --train FOLDER --test FOLDER%n", out);
        json.put("run", out.toString())
                .put("encoder", end.encoder().toString())
                .put("steps", end.step())
                .put("finished", end.finished())
                .put("images_per_second", end.imagesPerSecond())
                .put("wait_share", end.waitShare())
                .put("unreadable", end.unreadable())
                .put("processes", rendezvous.size())
                .print();
        return 0;
    }

    private static List<String> places(ObjectNode overrides, String before) {
        List<String> places =
                overrides.path("data").valueStream().map(JsonNode::asString).toList();
        if (places.isEmpty() && !before.isEmpty()) {
            places = Recipes.parse(before).data();
        }
        if (places.isEmpty()) {
            throw new UserError("Which tiles? Give --data FOLDER, or 'data: [FOLDER]' in the recipe.");
        }
        return places;
    }

    // A new run's recipe, fitted to the machine. Processes that share a run share the memory plan of none.
    private Recipe begun(ObjectNode overrides, DatasetInfo info, Rendezvous rendezvous) {
        Pretraining.suit(overrides, rendezvous.rank() == 0);
        Set<String> set = new HashSet<>();
        overrides.path("run").propertyNames().forEach(set::add);
        Recipe recipe = fitted(Recipes.resolve(overrides, info), overrides, info, rendezvous);
        ViewLoader.requireBatch(recipe.run().batch(), Math.toIntExact(info.count()), rendezvous.size());
        OptionalLong free = ProcessMemory.limit();
        if (rendezvous.size() > 1 || free.isEmpty()) {
            return recipe;
        }
        System.err.println("Trying out what a step costs on this machine ...");
        EngineSettings.expect(recipe.run().precision()); // before the trial loads the engine
        Optional<MemoryPlan> plan = MemoryPlan.of(
                recipe,
                info.count(),
                set,
                (double) free.getAsLong(),
                tried -> TrainingCost.measure(tried, info.classes().size()));
        plan.ifPresent(found -> {
            System.err.println(found.words());
            long steps = found.recipe().run().totalSteps(info.count());
            json.put("estimated_memory_mib", Math.round(found.bytes() / (1 << 20)))
                    .put("estimated_step_seconds", found.stepSeconds())
                    .put("estimated_seconds", found.stepSeconds() * steps);
        });
        if (estimate && plan.isEmpty()) {
            throw new UserError("What this training needs cannot be measured on "
                    + recipe.run().device() + ". Train a few steps to see: --set run.steps=20.");
        }
        return plan.map(MemoryPlan::recipe).orElse(recipe);
    }

    // Resolved anew: the learning rate goes by the batch.
    private static Recipe fitted(Recipe recipe, ObjectNode overrides, DatasetInfo info, Rendezvous rendezvous) {
        Optional<Integer> batch = FewTiles.batch(recipe, overrides, info.count(), rendezvous.size());
        if (batch.isEmpty()) {
            return recipe;
        }
        if (rendezvous.rank() == 0) {
            System.err.println("There are " + info.count() + " tiles, fewer than the usual batch of "
                    + recipe.run().batch() + ": run.batch is " + batch.get()
                    + ". So few tiles teach an encoder little.");
        }
        set(overrides, "run.batch", batch.get());
        return Recipes.resolve(overrides, info);
    }

    private ObjectNode overrides() {
        ObjectNode overrides = recipeFile == null ? Recipes.empty() : Recipes.read(recipeFile);
        if (!data.isEmpty()) {
            ArrayNode folders = overrides.putArray("data");
            data.forEach(folders::add);
        }
        set(overrides, "method.name", method);
        set(overrides, "backbone.name", backbone);
        set(overrides, "run.epochs", epochs);
        set(overrides, "run.seed", seed);
        set(overrides, "run.init", init);
        set(overrides, "run.device", device);
        tiles.addTo(overrides);
        settings.forEach(setting -> Recipes.set(overrides, setting));
        return overrides;
    }

    private static void set(ObjectNode overrides, String key, @Nullable Object value) {
        if (value != null) {
            Recipes.set(overrides, key + "=" + value);
        }
    }
}
