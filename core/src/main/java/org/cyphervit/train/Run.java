package org.cyphervit.train;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.cyphervit.UserError;
import org.cyphervit.augment.Normalization;
import org.cyphervit.augment.batch.ViewBatch;
import org.cyphervit.augment.batch.ViewLoader;
import org.cyphervit.augment.batch.ViewRequest;
import org.cyphervit.checkpoint.CheckpointStore;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.data.TileSource;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.group.Group;
import org.cyphervit.ssl.Batch;
import org.cyphervit.ssl.SslMethod;
import org.cyphervit.ssl.tokens.TargetValues;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.EngineSettings;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;
import org.cyphervit.train.recipe.Recipe;
import org.cyphervit.train.recipe.Recipes;
import org.jspecify.annotations.Nullable;

/**
 * A pre-training run in a folder: {@code recipe.yaml}, {@code checkpoints/} and, at the end,
 * {@code encoder.safetensors} and, for MAE, {@code reconstructions.png}. Killed at any moment and resumed, it ends
 * with the same weights bit by bit.
 */
public final class Run {
    /** The resolved recipe in a run's folder. */
    public static final String RECIPE = "recipe.yaml";

    /** The picture of what MAE paints, in a run's folder. */
    public static final String RECONSTRUCTIONS = "reconstructions.png";

    private static final int ENCODER_MEASURES_EVERY = 50;
    private static final double INITIAL_SHARE = 0.01; // of a teacher's weights; above it the student is shown too

    private final Path folder;
    private final Recipe recipe;
    private final TileSource source;
    private final TargetValues targets;
    private final @Nullable Probe probe;
    private final List<RunListener> listeners;
    private final Group group;
    private volatile boolean stopping;
    private boolean begins; // no step is done yet, and the recipe was not there before
    private boolean both; // teacher and student are shown
    private long probing; // nanoseconds

    /**
     * @param folder of the run; made where it does not exist
     * @param probe measured every {@code probeEvery} epochs; null for none
     */
    public Run(Path folder, Recipe recipe, TileSource source, @Nullable Probe probe, List<RunListener> listeners) {
        this(folder, recipe, source, probe, listeners, Group.singleProcess());
    }

    /**
     * One rank of a group. The recipe's batch is that of all ranks together, so the same recipe gives the same run
     * whatever their number, and a run may go on with another number. Rank 0 alone writes files, is watched by the
     * probe and needs the checkpoints.
     */
    public Run(
            Path folder,
            Recipe recipe,
            TileSource source,
            @Nullable Probe probe,
            List<RunListener> listeners,
            Group group) {
        this.group = group;
        this.folder = folder;
        this.recipe = recipe;
        this.source = source;
        this.targets = TargetValues.of(recipe.tokenTargets(), source);
        this.probe = probe;
        this.listeners = List.copyOf(listeners);
    }

    /** @throws UserError if the folder holds a run already, which a new one must not overwrite */
    public static void requireFree(Path folder) {
        if (Files.exists(folder.resolve(RECIPE))) {
            throw new UserError("'" + folder
                    + "' holds a run already. Go on with it (setting 'resume'), or choose another folder.");
        }
    }

    /** Asks the run, from any thread, to save a checkpoint after the current step and return. */
    public void stop() {
        stopping = true;
    }

    /**
     * Trains until the recipe's last step, or until {@link #stop}.
     *
     * @param resume go on from the newest intact checkpoint; without it the folder must not hold a run
     * @throws UserError if the folder does not fit, the disk is full, or the loss is no number any more
     */
    public RunListener.End train(boolean resume) throws IOException {
        try {
            return trainWithOthers(resume);
        } catch (UserError e) {
            leaveNothing();
            throw e;
        } catch (RuntimeException e) {
            leaveNothing();
            throw group.explain(e);
        }
    }

    // A run that was refused before its first step does not block the next one in this folder.
    private void leaveNothing() throws IOException {
        if (begins) {
            Files.deleteIfExists(folder.resolve(RECIPE));
        }
    }

    private RunListener.End trainWithOthers(boolean resume) throws IOException {
        CheckpointStore store =
                new CheckpointStore(folder.resolve("checkpoints"), recipe.run().keep());
        Optional<CheckpointStore.Saved> saved = resume && group.isFirst() ? store.latest() : Optional.empty();
        if (group.isFirst() && !resume) {
            requireFree(folder);
        }
        Recipe.RunRecipe run = recipe.run();
        ViewLoader.requireBatch(run.batch(), source.size(), group.size());
        EngineSettings.expect(run.precision());
        Device device = Scope.keep(Engine.device(group.device(run.device())));
        requireMemory(recipe);
        TrainingSetup.Prepared prepared = new TrainingSetup(recipe, targets, group, this::say).prepare(device);
        SslMethod method = prepared.method();
        if (group.isFirst()) {
            begins = !Files.exists(folder.resolve(RECIPE));
            AtomicFiles.write(
                    folder.resolve(RECIPE), Recipes.write(recipe)); // only now: a method may refuse the backbone
        }
        long steps = run.totalSteps(source.size());
        long noise = SeededGenerator.mix(run.seed(), 1);
        Trainer trainer = new Trainer(
                        method,
                        recipe.optimizer().options(steps),
                        run.precision(),
                        new SeededGenerator(group.isFirst() ? noise : SeededGenerator.mix(noise, group.rank()), device),
                        steps,
                        run.stepsPerEpoch(source.size()),
                        prepared.tuned()::rate,
                        group)
                .freezing(prepared.tuned()::isFrozen)
                .recomputing(run.recompute());
        if (saved.isPresent()) {
            requireSameData(saved.get());
            CheckpointStore.load(saved.get().file(), trainer.state());
        }
        both = method.student().isPresent() && method.initialShare(steps) > INITIAL_SHARE;
        long first = InitialBroadcast.of(
                group,
                source,
                trainer,
                device,
                saved.map(CheckpointStore.Saved::step).orElse(0L));
        listeners.forEach(listener -> listener.started(new RunListener.Start(
                folder,
                recipe,
                source.size(),
                first,
                steps,
                method.chanceLoss(run.batch()),
                method.symptoms(run.batch()))));
        tell(method, steps);
        saved.ifPresent(s -> say("Resumed from " + s.file()));
        return loop(store, trainer, device, first);
    }

    private void tell(SslMethod method, long steps) {
        String plan = method.plan(steps, recipe.run().stepsPerEpoch(source.size()));
        say("Rules: " + recipe.learningRateRule() + (plan.isEmpty() ? "" : "; " + plan) + ".");
        recipe.warnings().forEach(this::say);
        if (both) {
            say("The run is short for its teacher: the student is measured and saved beside it, as "
                    + EncoderFile.STUDENT + ".");
        }
    }

    // Weights, gradients, two moments and a teacher, before any of them is allocated.
    static void requireMemory(Recipe recipe) {
        double bytes = 5 * 4 * recipe.backbone().weights();
        double there = ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getTotalMemorySize();
        if (bytes > there) {
            throw new UserError("A backbone of %.3g weights takes some %.0f GB to train, more than the %.0f GB of this"
                            .formatted(recipe.backbone().weights(), bytes / 1e9, there / 1e9)
                    + " machine. Choose a smaller backbone.width, depth or imageSize.");
        }
    }

    private RunListener.End loop(CheckpointStore store, Trainer trainer, Device device, long first) throws IOException {
        Recipe.RunRecipe run = recipe.run();
        long begun = System.nanoTime();
        probing = 0;
        ViewRequest request = recipe.viewRequest(device, targets.measures());
        try (ViewLoader loader = new ViewLoader(
                source, request, run.batch(), run.seed(), run.threads(), first * run.accumulate(), group)) {
            while (!trainer.isDone() && !group.any(stopping)) {
                step(trainer, loader, device, store);
            }
            long step = trainer.moment().step();
            if (step % run.checkpointEvery() != 0) {
                save(store, trainer);
            }
            Path encoder = folder.resolve(EncoderFile.NAME);
            if (group.isFirst()) {
                EncoderFile.write(encoder, trainer.method().encoder(), notes(trainer));
                if (both) {
                    EncoderFile.write(
                            folder.resolve(EncoderFile.STUDENT),
                            trainer.method().student().orElseThrow(),
                            notes(trainer));
                }
                MethodPictures.write(folder.resolve(RECONSTRUCTIONS), trainer.method(), source, device);
            }
            if (!loader.unreadable().isEmpty()) {
                say("Tiles that could not be read and were replaced by others: "
                        + String.join(", ", loader.unreadable()));
            }
            double seconds = (System.nanoTime() - begun - probing) / 1e9;
            RunListener.End end = new RunListener.End(
                    step,
                    trainer.isDone(),
                    (step - first) * run.batch() * run.accumulate() / seconds,
                    loader.waitShare(),
                    encoder,
                    loader.unreadable());
            listeners.forEach(listener -> listener.ended(end));
            return end;
        }
    }

    private void step(Trainer trainer, ViewLoader loader, Device device, CheckpointStore store) throws IOException {
        Recipe.RunRecipe run = recipe.run();
        Map<String, Double> measures = new LinkedHashMap<>();
        double loss;
        double learningRate;
        long done;
        try (Scope scope = Scope.open()) {
            List<ViewBatch> drawn = new ArrayList<>();
            for (int i = 0; i < run.accumulate(); i++) {
                drawn.add(loader.next());
            }
            Normalization normalization = trainer.method().encoder().spec().normalization();
            List<Batch> batches = drawn.stream()
                    .map(views -> batch(views, normalization, device))
                    .toList();
            Trainer.StepResult result = trainer.step(batches);
            loss = result.loss();
            learningRate = result.learningRate();
            measures.put("loss", loss);
            measures.put("lr", learningRate);
            measures.putAll(result.measures());
            done = trainer.moment().step();
            begins = false;
            if (group.isFirst() && (done % ENCODER_MEASURES_EVERY == 0 || trainer.isDone())) {
                measures.putAll(EncoderMetrics.of(
                        trainer.method().encoder(), batches.getFirst().views().getFirst()));
                measures.putAll(targets.agreement(trainer.method().encoder(), drawn.getFirst(), device));
            }
        }
        if (!Double.isFinite(loss)) {
            throw diverged(store, trainer, loss, learningRate);
        }
        long perEpoch = run.stepsPerEpoch(source.size());
        if (probe != null && run.probeEvery() > 0 && (done % (perEpoch * run.probeEvery()) == 0 || trainer.isDone())) {
            long begun = System.nanoTime();
            measures.putAll(probe.measure(trainer.method().encoder()));
            if (both) {
                probe.measure(trainer.method().student().orElseThrow())
                        .forEach((name, value) -> measures.put("student_" + name, value));
            }
            probing += System.nanoTime() - begun;
        }
        RunListener.Step report = new RunListener.Step(
                done, (double) done / perEpoch, measures, run.batch() * run.accumulate(), loader.waitShare());
        @Nullable FailedRun failed = null;
        try {
            listeners.forEach(listener -> listener.stepped(report));
        } catch (FailedRun e) {
            failed = e;
        }
        if (done % run.checkpointEvery() == 0 || failed != null) { // a report shows what it came to
            save(store, trainer);
        }
        if (failed != null) {
            throw failed;
        }
    }

    private Batch batch(ViewBatch views, Normalization normalization, Device device) {
        return new Batch(
                views.tensors(device, normalization),
                Tensors.ofLabels(Arrays.stream(views.tiles()).map(source::label).toArray()),
                targets.targets().isEmpty() ? null : targets.of(views, device));
    }

    private void save(CheckpointStore store, Trainer trainer) throws IOException {
        if (!group.isFirst()) {
            return;
        }
        long step = trainer.moment().step();
        listeners.forEach(listener -> listener.saving(step));
        store.save(step, trainer.state(), notes(trainer));
    }

    private Map<String, String> notes(Trainer trainer) {
        return RunProvenance.of(
                recipe, fingerprint(), trainer.method(), trainer.moment().step());
    }

    private void requireSameData(CheckpointStore.Saved saved) {
        String before = saved.notes().get("data");
        if (!fingerprint().equals(before)) {
            throw new UserError("The tiles changed since this run began (fingerprint " + before + ", now "
                    + fingerprint() + "), so it cannot be continued exactly. Restore them, or start a new run.");
        }
    }

    // Of the tiles and, where tokens learn them, of the labels beside them.
    private String fingerprint() {
        return source.fingerprint() + targets.fingerprint();
    }

    private FailedRun diverged(CheckpointStore store, Trainer trainer, double loss, double learningRate)
            throws IOException {
        save(store, trainer);
        return new FailedRun("The loss became " + loss + " in step "
                + (trainer.moment().step() + 1)
                + "; the weights of the step before are saved in '" + folder + "'. Learning rate there: " + learningRate
                + ", precision " + recipe.run().precision() + ". Lower optimizer.learningRate, lengthen"
                + " optimizer.warmup, or set optimizer.clip; with CypherViT keep backbone.clustering.epsilon above 0 (an"
                + " empty cluster divides 0 by 0).");
    }

    private void say(String message) {
        listeners.forEach(listener -> listener.said(message));
    }
}
