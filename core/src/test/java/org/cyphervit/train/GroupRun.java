package org.cyphervit.train;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.group.Group;
import org.cyphervit.group.Rendezvous;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.train.recipe.Recipe;
import org.cyphervit.train.recipe.Recipes;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs of seconds that several processes share, as a program of its own: its main method is every rank but the
 * first.
 */
final class GroupRun {
    static final Duration TIMEOUT = Duration.ofMinutes(3);

    private static final GeneratedTissue TISSUE = new GeneratedTissue(4, 2, 48, 1);
    private static final Map<String, String> OPTIONS = Map.of(
            "dino", "{out: 32, hidden: 32, bottleneck: 16, batchNorm: true, freezeLastEpochs: 0.5, momentum: 0.9}",
            "dinov2",
                    "{dino: {out: 32, hidden: 32, bottleneck: 16, batchNorm: true, freezeLastEpochs: 0.5, momentum: 0.9}}",
            "moco", "{hidden: 32, out: 16, queue: 20, momentum: 0.9}",
            "simclr", "{hidden: 32, out: 16}",
            "supervised", "{smoothing: 0.1}");

    private GroupRun() {}

    /**
     * Without the noise that each rank draws for itself; and with small steps of a rule that AdamW's dependence on
     * signs has no part in, because the batch normalisation of nearly equal features magnifies rounding a
     * hundredfold. A missing sum of gradients still shifts these losses by a hundredth.
     */
    static Recipe recipe(String method, int steps) {
        ObjectNode overrides = Recipes.empty();
        Recipes.set(overrides, "method=" + OPTIONS.get(method));
        Recipes.set(overrides, "method.name=" + method);
        // CypherViT's centres are means over the whole batch, so they must agree over the ranks too.
        boolean cypher = method.equals("simclr") || method.equals("dinov2");
        Recipes.set(overrides, "backbone={width: 24, dropPath: 0}");
        Recipes.set(overrides, "backbone.name=" + (cypher ? "cyphervit_nano" : "vit_nano"));
        Recipes.set(
                overrides,
                "views={globalSize: 32" + (method.startsWith("dino") ? ", localSize: 16, locals: 2" : "") + "}");
        Recipes.set(overrides, "optimizer={rule: lars, learningRate: 1.0e-4, warmup: 0, clip: 0}");
        Recipes.set(overrides, "run={batch: 8, accumulate: 2, checkpointEvery: 100, loaderThreads: 1, seed: 5}");
        Recipes.set(overrides, "run.steps=" + steps);
        return Recipes.resolve(overrides, new DatasetInfo(TISSUE.size(), TISSUE.classes()));
    }

    /** What a run of six steps, by one rank of a group, that stops after some or dies there tells at each step. */
    static List<Map<String, Double>> steps(Path folder, String method, int stopAt, boolean dies, Group group)
            throws IOException {
        List<Map<String, Double>> steps = new ArrayList<>();
        List<Run> self = new ArrayList<>();
        RunListener watch = new RunListener() {
            @Override
            public void stepped(Step step) {
                steps.add(step.measures());
                if (step.step() == stopAt && dies) {
                    Runtime.getRuntime().halt(3);
                } else if (step.step() == stopAt && group.isFirst()) {
                    self.getFirst().stop(); // the others hear of it
                }
            }
        };
        self.add(new Run(folder, recipe(method, 6), TISSUE, null, List.of(watch), group));
        self.getFirst().train(true);
        return steps;
    }

    /** Arguments: a folder, the step to stop at, whether to die there, and methods to run in turn. */
    public static void main(String[] args) throws IOException {
        try (Group group = Group.join(Rendezvous.of(System.getenv(), TIMEOUT), "cpu")) {
            for (String method : List.of(args).subList(3, args.length)) {
                steps(
                        Path.of(args[0], "rank" + group.rank()),
                        method,
                        Integer.parseInt(args[1]),
                        Boolean.parseBoolean(args[2]),
                        group);
            }
        }
    }
}
