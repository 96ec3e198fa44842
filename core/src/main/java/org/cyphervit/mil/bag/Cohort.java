package org.cyphervit.mil.bag;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntConsumer;
import org.cyphervit.UserError;
import org.cyphervit.mil.survival.Survival;
import org.jspecify.annotations.Nullable;

/**
 * Slides or patients with features and targets: what is learnt from and judged by.
 *
 * @param task what is learnt
 * @param classes names in label order; empty unless classes are learnt
 * @param examples in the table's order
 * @param encoder that made the features; null where the files do not say it
 * @param counts what was used and what was not
 */
public record Cohort(
        SlideTask task,
        List<String> classes,
        List<Example> examples,
        @Nullable String encoder,
        Counts counts) {
    private static final int NAMED = 5;

    /**
     * What stands beside every result.
     *
     * @param examples bags
     * @param slides with features and target
     * @param patients of them
     * @param tiles of them
     * @param withoutFeatures rows of the table that were left out because there are no features of their slide, or none
     *     of any tile
     * @param withoutTarget rows that were left out because they do not say what is to be learnt
     * @param notInTable slides with features that the table does not name
     */
    public record Counts(
            int examples,
            int slides,
            int patients,
            long tiles,
            int withoutFeatures,
            int withoutTarget,
            int notInTable) {}

    public Cohort {
        classes = List.copyOf(classes);
        examples = List.copyOf(examples);
    }

    /**
     * Joins features and table.
     *
     * @param progress receives how many rows of the table are done
     * @throws UserError naming rows without features or target, unless they are to be left out; features of another width or
     *     encoder; features that are not finite; patients whose slides contradict each other
     */
    public static Cohort of(FeatureFolder features, SlideTable table, TableOptions options, IntConsumer progress)
            throws IOException {
        List<String> problems = new ArrayList<>();
        Set<String> named = new HashSet<>();
        Map<String, List<Entry>> units = new LinkedHashMap<>();
        List<Bag> bags = new ArrayList<>();
        int withoutFeatures = 0;
        int withoutTarget = 0;
        for (SlideTable.Row row : table.rows()) {
            String slide = features.find(row.slide());
            if (slide != null) {
                named.add(slide);
            }
            Bag bag = slide == null ? null : features.bag(slide);
            if (row.target() == null) {
                withoutTarget++;
                problems.add(place(table, row) + " does not say what is to be learnt");
            } else if (bag == null) {
                withoutFeatures++;
                problems.add(place(table, row) + " has no features in '" + features.folder() + "'");
            } else if (bag.rows() == 0) {
                withoutFeatures++;
                problems.add(place(table, row) + " has no tile in '" + bag.file() + "': an empty bag");
            } else {
                if (!bags.isEmpty()) {
                    requireAlike(bags.getFirst(), bag);
                }
                BagReader.requireFinite(bag);
                bags.add(bag);
                units.computeIfAbsent(options.byPatient() ? row.patient() : row.slide(), key -> new ArrayList<>())
                        .add(new Entry(row, bag));
            }
            progress.accept(row.number());
        }
        if (bags.isEmpty() || (!options.leaveOut() && !problems.isEmpty())) {
            throw new UserError(problems.size() + " of the " + table.rows().size() + " rows cannot be used: "
                    + String.join("; ", problems.stream().limit(NAMED).toList())
                    + (problems.size() > NAMED ? "; and " + (problems.size() - NAMED) + " more" : "")
                    + ". Mend the table, or have such rows left out.");
        }
        List<Example> examples = new ArrayList<>();
        units.forEach((name, entries) -> examples.add(example(table, name, entries)));
        Counts counts = new Counts(
                examples.size(),
                bags.size(),
                (int) examples.stream().map(Example::patient).distinct().count(),
                bags.stream().mapToLong(Bag::rows).sum(),
                withoutFeatures,
                withoutTarget,
                features.slides().size() - named.size());
        return new Cohort(
                options.task(), table.classes(), examples, bags.getFirst().encoder(), counts);
    }

    private record Entry(SlideTable.Row row, Bag bag) {}

    private static Example example(SlideTable table, String name, List<Entry> entries) {
        Entry first = entries.getFirst();
        for (Entry entry : entries) {
            if (!Objects.equals(entry.row.target(), first.row.target())) {
                throw new UserError(place(table, first.row) + " and " + place(table, entry.row) + " are of patient '"
                        + name + "' and differ in what is to be learnt; a patient that is one bag needs one answer.");
            }
        }
        return new Example(
                name,
                first.row.patient(),
                entries.stream().map(Entry::bag).toList(),
                Objects.requireNonNull(first.row.target()));
    }

    private static void requireAlike(Bag first, Bag bag) {
        if (first.width() != bag.width()) {
            throw new UserError("'" + bag.file() + "' has features of " + bag.width() + " numbers, and '" + first.file()
                    + "' of " + first.width() + ". Embed all slides with one encoder.");
        }
        if (first.encoder() != null && bag.encoder() != null && !first.encoder().equals(bag.encoder())) {
            throw new UserError("'" + bag.file() + "' has features of the encoder " + bag.encoder() + ", and '"
                    + first.file() + "' of " + first.encoder() + ". Embed all slides with one encoder.");
        }
    }

    private static String place(SlideTable table, SlideTable.Row row) {
        return "row " + row.number() + " of '" + table.file() + "' (slide '" + row.slide() + "')";
    }

    /** D. */
    public int width() {
        return examples.getFirst().width();
    }

    /** N. */
    public int size() {
        return examples.size();
    }

    /** C: a logit for each class, else one. */
    public int outputs() {
        return task == SlideTask.CLASSES ? classes.size() : 1;
    }

    /** The class of each example. */
    public int[] labels() {
        return examples.stream().mapToInt(example -> example.target().label()).toArray();
    }

    /** The number of each example. */
    public double[] numbers() {
        return examples.stream()
                .mapToDouble(example -> example.target().number())
                .toArray();
    }

    /** Time and event of each example. */
    public Survival survival() {
        boolean[] events = new boolean[size()];
        double[] times = new double[size()];
        for (int i = 0; i < events.length; i++) {
            events[i] = examples.get(i).target().event();
            times[i] = examples.get(i).target().time();
        }
        return new Survival(times, events);
    }

    /** The patient of each example as a number from 0, in order of appearance. */
    public int[] patientIds() {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        return examples.stream()
                .mapToInt(example -> {
                    int next = numbers.size();
                    return numbers.computeIfAbsent(example.patient(), key -> next);
                })
                .toArray();
    }
}
