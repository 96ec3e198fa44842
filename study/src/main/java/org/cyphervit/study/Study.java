package org.cyphervit.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.data.TileSource;
import org.cyphervit.eval.finetune.FineTuneOptions;
import org.cyphervit.eval.table.Table;
import org.cyphervit.eval.table.TableFormat;
import org.cyphervit.file.FileClaim;
import org.cyphervit.study.measure.Columns;
import org.cyphervit.study.table.ComparedEncoder;
import org.cyphervit.study.table.Measurement;
import org.cyphervit.study.table.Measurements;
import org.cyphervit.study.table.StudyTable;
import org.cyphervit.train.RunListener;
import org.cyphervit.train.recipe.Recipe;
import org.jspecify.annotations.Nullable;

/**
 * Makes the paper's tables, and two of our own, in a folder: {@code runs/}, {@code results/}, {@code table1.md} and so on.
 * Killed at any moment, the same call goes on; whatever exists is not done again.
 */
public final class Study {
    private final Path out;
    private final Options options;
    private final StudyData data;
    private final StudyListener watcher;
    private final Encoders encoders;
    private final ResultStore store;
    private final PaperTables papers;
    private final OurTables ours;

    /**
     * What a study may decide.
     *
     * @param seeds each run is trained with the seeds 0 to seeds - 1
     * @param settings of all recipes, which win over the budget's
     * @param tuning of Table 2; its device is where everything is measured
     * @param imageNet an encoder file of a ViT trained on ImageNet; null for none
     */
    public record Options(
            Budget budget,
            int seeds,
            List<String> settings,
            FineTuneOptions tuning,
            @Nullable Path imageNet) {
        public Options {
            settings = List.copyOf(settings);
            if (seeds < 1) {
                throw new UserError("A study needs a seed at least; got " + seeds + ".");
            }
        }
    }

    /** Trains a run in a folder. */
    @FunctionalInterface
    public interface Training {
        /** @param resume go on from what is in the folder */
        RunListener.End train(Path folder, Recipe recipe, TileSource source, boolean resume) throws IOException;
    }

    public Study(Path out, StudyData data, Options options, Training training, StudyListener watcher) {
        this.out = out;
        this.options = options;
        this.data = data;
        this.watcher = watcher;
        this.encoders = new Encoders(
                out, options.budget, data, options.settings, options.imageNet, options.tuning.device(), training);
        this.store = new ResultStore(out.resolve("results"));
        Columns columns = new Columns(data, options.tuning.device(), watcher);
        this.papers = new PaperTables(data, options.budget, columns, options.tuning, watcher);
        this.ours = new OurTables(data, options.budget, columns, encoder -> encoders.recipe(encoder, 0));
    }

    private StudyTable table(String name) {
        StudyTable table = papers.named(name);
        table = table == null ? ours.named(name) : table;
        if (table == null) {
            throw new UserError(
                    "Unknown table '" + name + "'; expected table1, table2, table3, table4, matrix or" + " ablation.");
        }
        return table;
    }

    /**
     * What a table needs.
     *
     * @param timed whether missing runs are timed by a few steps
     */
    public Plan plan(String name, boolean timed) throws IOException {
        StudyTable table = table(name);
        List<Plan.Run> runs = new ArrayList<>();
        List<String> works = new ArrayList<>();
        Map<String, Double> seconds = new LinkedHashMap<>();
        int existing = 0;
        for (Turn turn : turns(table)) {
            if (turn.row.kind() == ComparedEncoder.Kind.TRAINED) {
                runs.add(run(turn.row, turn.seed, timed, seconds));
            }
            for (Measurement work : table.works()) {
                if (!applies(work, turn.row)) {
                    continue;
                }
                if (work.isDone(store.read(encoders.key(turn.row, turn.seed), work.set(), work.of()))) {
                    existing++;
                } else {
                    works.add(turn.row.title() + ", seed " + turn.seed + ": " + work.description());
                }
            }
        }
        return new Plan(runs, works, existing);
    }

    /**
     * Trains and measures what is missing, and writes the table. Several processes may do so in one folder, each with a
     * device of its own: a run and its measurements are the work of whoever comes first, and all wait for the last.
     */
    public Table run(String name) throws IOException {
        StudyTable table = table(name);
        List<Turn> elsewhere = new ArrayList<>();
        for (Turn turn : turns(table)) {
            try (@Nullable FileClaim claim = encoders.take(turn.row, turn.seed).orElse(null)) {
                if (claim == null) {
                    elsewhere.add(turn);
                } else {
                    make(table, turn);
                }
            }
        }
        for (Turn turn : elsewhere) { // who had it may have been killed since
            watcher.say(turn.row.title() + ", seed " + turn.seed + ": another process has it; waiting for that");
            try (FileClaim claim = encoders.await(turn.row, turn.seed)) {
                make(table, turn);
            }
        }
        return written(name, table);
    }

    private record Turn(ComparedEncoder row, long seed) {}

    private List<Turn> turns(StudyTable table) {
        return table.rows().stream()
                .flatMap(row -> seeds(row).stream().map(seed -> new Turn(row, seed)))
                .toList();
    }

    private void make(StudyTable table, Turn turn) throws IOException {
        encoders.train(turn.row, turn.seed);
        if (encoders.state(turn.row, turn.seed) != Encoders.State.FAILED) {
            measure(table, turn.row, turn.seed);
        }
    }

    private Table written(String name, StudyTable table) throws IOException {
        Measurements measured = new Measurements();
        List<String> failures = new ArrayList<>();
        for (ComparedEncoder row : table.rows()) {
            Map<Measurement, List<Map<String, double[]>>> numbers = new LinkedHashMap<>();
            for (long seed : seeds(row)) {
                if (encoders.state(row, seed) == Encoders.State.FAILED) {
                    failures.add(row.title() + ", seed " + seed + ", is missing: " + encoders.reason(row, seed));
                    continue;
                }
                for (Measurement work : table.works()) {
                    numbers.computeIfAbsent(work, key -> new ArrayList<>())
                            .add(store.read(encoders.key(row, seed), work.set(), work.of()));
                }
            }
            numbers.forEach((work, perSeed) -> measured.put(row, work, perSeed));
        }
        Table written = table.table(measured, failures);
        for (TableFormat format : TableFormat.values()) {
            written.write(out.resolve(name + "." + format.extension()));
        }
        table.flat(measured).write(out.resolve(name + "-cells.csv"));
        return written;
    }

    private void measure(StudyTable table, ComparedEncoder row, long seed) throws IOException {
        String key = encoders.key(row, seed);
        @Nullable Backbone backbone = null;
        try {
            for (Measurement work : table.works()) {
                Map<String, double[]> before = store.read(key, work.set(), work.of());
                if (applies(work, row) && !work.isDone(before)) {
                    watcher.say(row.title() + ", seed " + seed + ": " + work.description());
                    backbone = backbone == null ? encoders.open(row, seed) : backbone;
                    work.measure(
                            backbone, row, seed, before, numbers -> store.write(key, work.set(), work.of(), numbers));
                }
            }
        } finally {
            if (backbone != null) {
                backbone.close();
            }
        }
    }

    private static boolean applies(Measurement work, ComparedEncoder row) {
        return !work.needsEncoder() || row.kind() != ComparedEncoder.Kind.COLOR;
    }

    private Plan.Run run(ComparedEncoder row, long seed, boolean timed, Map<String, Double> seconds) {
        Recipe recipe = encoders.recipe(row, seed);
        Encoders.State state = encoders.state(row, seed);
        boolean open = state == Encoders.State.MISSING || state == Encoders.State.BEGUN;
        long steps = recipe.run().totalSteps(data.tiles().size());
        long tiles = (long) recipe.run().batch() * recipe.run().accumulate();
        double each = !timed || !open
                ? Double.NaN
                : seconds.computeIfAbsent(row.id(), key -> StepCost.secondsPerTile(recipe, data.tiles()));
        return new Plan.Run(
                encoders.key(row, seed), state.name().toLowerCase(Locale.ROOT), steps, tiles, each * steps * tiles);
    }

    private List<Long> seeds(ComparedEncoder row) {
        List<Long> seeds = new ArrayList<>();
        for (long seed = 0; seed < (row.isSeeded() ? options.seeds : 1); seed++) {
            seeds.add(seed);
        }
        return seeds;
    }

    Encoders encoders() {
        return encoders;
    }

    StudyData data() {
        return data;
    }

    Path out() {
        return out;
    }

    StudyListener watcher() {
        return watcher;
    }
}
