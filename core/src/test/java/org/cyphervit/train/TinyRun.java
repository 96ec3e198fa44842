package org.cyphervit.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cyphervit.TestDevice;
import org.cyphervit.data.KeptTiles;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.train.recipe.Recipe;
import org.cyphervit.train.recipe.Recipes;
import tools.jackson.databind.node.ObjectNode;

/** A run of seconds, also as a program of its own, so that a test can kill it. */
public final class TinyRun {
    public static final TileSource TISSUE = new KeptTiles(new GeneratedTissue(4, 2, 48, 1));

    private TinyRun() {}

    public static Recipe recipe(String backbone, long steps, String... settings) {
        ObjectNode overrides = Recipes.empty();
        Recipes.set(overrides, "backbone.name=" + backbone);
        Recipes.set(overrides, "backbone.width=24");
        Recipes.set(overrides, "backbone.dropPath=0.1");
        Recipes.set(overrides, "method={out: 32, hidden: 32, bottleneck: 16, freezeLastEpochs: 1, momentum: 0.9}");
        Recipes.set(overrides, "views={globalSize: 32, localSize: 16, locals: 1}");
        Recipes.set(overrides, "run={batch: 4, accumulate: 2, checkpointEvery: 4, loaderThreads: 1, seed: 5}");
        Recipes.set(overrides, "run.device=" + TestDevice.NAME);
        Recipes.set(overrides, "run.steps=" + steps);
        for (String setting : settings) {
            Recipes.set(overrides, setting);
        }
        return Recipes.resolve(overrides, new DatasetInfo(TISSUE.size(), TISSUE.classes()));
    }

    /** The same with SimCLR, whose encoder is what gradients train. */
    static Recipe simclr(String backbone, long steps, String... settings) {
        ObjectNode overrides = Recipes.empty();
        Recipes.set(overrides, "backbone.name=" + backbone);
        Recipes.set(overrides, "backbone.width=24");
        Recipes.set(overrides, "method={name: simclr, hidden: 16, out: 8}");
        Recipes.set(overrides, "views={globalSize: 32}");
        Recipes.set(overrides, "run={batch: 4, checkpointEvery: 4, loaderThreads: 1, seed: 5}");
        Recipes.set(overrides, "optimizer={learningRate: 0.001, warmup: 0}");
        Recipes.set(overrides, "run.device=" + TestDevice.NAME);
        Recipes.set(overrides, "run.steps=" + steps);
        for (String setting : settings) {
            Recipes.set(overrides, setting);
        }
        return Recipes.resolve(overrides, new DatasetInfo(TISSUE.size(), TISSUE.classes()));
    }

    /** Trains until it has been asked to stop after that step. */
    public static RunListener.End stoppedAfter(
            long last, Path folder, Recipe recipe, TileSource source, RunListener... listeners) throws IOException {
        List<Run> self = new ArrayList<>();
        RunListener stop = new RunListener() {
            @Override
            public void stepped(Step step) {
                if (step.step() == last) {
                    self.getFirst().stop();
                }
            }
        };
        List<RunListener> all = new ArrayList<>(List.of(listeners));
        all.add(stop);
        self.add(new Run(folder, recipe, source, null, all));
        return self.getFirst().train(false);
    }

    /** Trains in the folder named by the first argument, slowly, so that a kill comes in the middle. */
    public static void main(String[] args) throws IOException {
        RunListener slow = new RunListener() {
            @Override
            public void stepped(Step step) {
                System.out.println(step.step());
                try {
                    Thread.sleep(150);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        new Run(Path.of(args[0]), recipe("cyphervit_nano", 14), TISSUE, null, List.of(slow)).train(false);
    }
}
