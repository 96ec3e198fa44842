package org.cyphervit.mil.protocol;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.cyphervit.UserError;
import org.cyphervit.eval.StratifiedSplit;
import org.cyphervit.file.CsvTable;
import org.cyphervit.mil.bag.Cohort;
import org.cyphervit.mil.bag.Example;
import org.cyphervit.mil.bag.SlideTask;

/**
 * A cohort's examples in folds that share no patient, each with the classes (fifths of the numbers, events) in the proportion
 * of the whole as nearly as patients allow.
 *
 * @param of each example, from 0
 * @param count K, at least 2
 */
public record Folds(int[] of, int count) {
    private static final int PARTS = 5;

    /**
     * Draws folds.
     *
     * @throws UserError if there are fewer patients than folds, or a class has fewer
     */
    public static Folds draw(Cohort cohort, int count, long seed) {
        int[] strata = strata(cohort);
        int[] patients = cohort.patientIds();
        int strataCount = Arrays.stream(strata).max().orElse(0) + 1;
        requirePatients(cohort, strata, patients, count);
        List<List<Integer>> members = new ArrayList<>();
        for (int i = 0; i < patients.length; i++) {
            while (members.size() <= patients[i]) {
                members.add(new ArrayList<>());
            }
            members.get(patients[i]).add(i);
        }
        Collections.shuffle(members, new Random(seed));
        members.sort(Comparator.comparingInt((List<Integer> own) -> -own.size())); // large ones first; stable
        double[][] held = new double[count][strataCount];
        double[] size = new double[count];
        int[] folds = new int[strata.length];
        for (List<Integer> own : members) {
            int best = 0;
            double least = Double.POSITIVE_INFINITY;
            for (int f = 0; f < count; f++) {
                double crowd = 0;
                for (int i : own) {
                    crowd += held[f][strata[i]];
                }
                crowd += 1e-3 * size[f]; // of equals the smaller fold
                if (crowd < least) {
                    least = crowd;
                    best = f;
                }
            }
            for (int i : own) {
                folds[i] = best;
                held[best][strata[i]]++;
                size[best]++;
            }
        }
        return new Folds(folds, count);
    }

    /**
     * Folds of a table's column.
     *
     * @param file with the columns of slides and of folds, whatever they are called
     * @throws UserError naming the patient that is in two folds, or the slide without one
     */
    public static Folds read(Cohort cohort, Path file, String slideColumn, String foldColumn) throws IOException {
        CsvTable table = CsvTable.read(file);
        int slide = table.column(slideColumn);
        int fold = table.column(foldColumn);
        Map<String, String> bySlide = new HashMap<>();
        List<String> names = new ArrayList<>();
        for (int row = 0; row < table.rows(); row++) {
            String name = table.at(row, fold);
            if (name.isEmpty()) {
                throw new UserError("Row " + (row + 1) + " of '" + file + "' has no " + foldColumn + ".");
            }
            bySlide.put(table.at(row, slide), name);
            if (!names.contains(name)) {
                names.add(name);
            }
        }
        Collections.sort(names);
        if (names.size() < 2) {
            throw new UserError("The column '" + foldColumn + "' of '" + file + "' has the folds " + names
                    + "; expected at least two.");
        }
        int[] folds = new int[cohort.size()];
        for (int i = 0; i < folds.length; i++) {
            Example example = cohort.examples().get(i);
            String slideName = example.bags().getFirst().slide();
            String found = bySlide.getOrDefault(example.name(), bySlide.get(slideName));
            if (found == null) {
                throw new UserError("Slide '" + slideName + "' has no fold in '" + file + "'.");
            }
            folds[i] = names.indexOf(found);
        }
        Folds read = new Folds(folds, names.size());
        read.requireApart(cohort);
        return read;
    }

    /**
     * Makes sure that no patient is on two sides.
     *
     * @throws UserError naming the patient and two of the slides
     */
    public void requireApart(Cohort cohort) {
        Map<String, Integer> first = new HashMap<>();
        for (int i = 0; i < of.length; i++) {
            Example example = cohort.examples().get(i);
            Integer before = first.putIfAbsent(example.patient(), i);
            if (before != null && of[before] != of[i]) {
                throw new UserError("Patient '" + example.patient() + "' is in two folds, with '"
                        + cohort.examples().get(before).name() + "' and '" + example.name()
                        + "'; what is learnt of a patient must not be tested on the same.");
            }
        }
    }

    /** Examples of a fold. */
    public int[] test(int fold) {
        return IntStream.range(0, of.length).filter(i -> of[i] == fold).toArray();
    }

    /**
     * The other examples, in two parts of different patients: to learn from, and a fifth to choose settings by.
     *
     * @throws UserError if there are too few patients for two parts
     */
    public StratifiedSplit train(Cohort cohort, int fold, long seed) {
        int[] rest = IntStream.range(0, of.length).filter(i -> of[i] != fold).toArray();
        return parts(cohort, rest, "training patients of fold " + (fold + 1), seed);
    }

    /** All examples in two parts of different patients: to learn from, and a fifth to choose settings by. */
    public static StratifiedSplit parts(Cohort cohort, long seed) {
        return parts(cohort, IntStream.range(0, cohort.size()).toArray(), "patients", seed);
    }

    private static StratifiedSplit parts(Cohort cohort, int[] rest, String who, long seed) {
        int[] strata = strata(cohort);
        int[] patients = cohort.patientIds();
        Map<Integer, Integer> renumbered = new HashMap<>();
        int[] own = new int[rest.length];
        for (int i = 0; i < rest.length; i++) {
            int next = renumbered.size();
            own[i] = renumbered.computeIfAbsent(patients[rest[i]], key -> next);
        }
        StratifiedSplit parts =
                StratifiedSplit.draw(Arrays.stream(rest).map(i -> strata[i]).toArray(), own, 0.2, seed);
        if (parts.drawn().length == 0 || parts.rest().length == 0) {
            throw new UserError("The " + renumbered.size() + " " + who
                    + " are too few to choose settings by some of them. Take more folds, or more patients.");
        }
        return new StratifiedSplit(
                Arrays.stream(parts.rest()).map(i -> rest[i]).toArray(),
                Arrays.stream(parts.drawn()).map(i -> rest[i]).toArray());
    }

    /** What folds hold in equal proportion: the class, a fifth of the numbers, whether the event was seen. */
    private static int[] strata(Cohort cohort) {
        return switch (cohort.task()) {
            case CLASSES -> cohort.labels();
            case SURVIVAL ->
                cohort.examples().stream()
                        .mapToInt(example -> example.target().event() ? 1 : 0)
                        .toArray();
            case NUMBER -> fifths(cohort.numbers());
        };
    }

    private static int[] fifths(double[] numbers) {
        Integer[] order = IntStream.range(0, numbers.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(i -> numbers[i]));
        int[] fifths = new int[numbers.length];
        for (int rank = 0; rank < order.length; rank++) {
            fifths[order[rank]] = (int) ((long) rank * PARTS / order.length);
        }
        return fifths;
    }

    private static void requirePatients(Cohort cohort, int[] strata, int[] patients, int count) {
        long all = Arrays.stream(patients).distinct().count();
        if (count < 2 || all < count) {
            throw new UserError(
                    "Folds need at least 2, and a patient each; got " + count + " folds of " + all + " patients.");
        }
        int kinds = cohort.task() == SlideTask.NUMBER ? 0 : cohort.task() == SlideTask.CLASSES ? cohort.outputs() : 2;
        for (int s = 0; s < kinds; s++) {
            int stratum = s;
            long own = IntStream.range(0, strata.length)
                    .filter(i -> strata[i] == stratum)
                    .map(i -> patients[i])
                    .distinct()
                    .count();
            String what = cohort.task() == SlideTask.CLASSES
                    ? "Class '" + cohort.classes().get(s) + "'"
                    : s == 1 ? "The event" : "Its absence";
            boolean needed = cohort.task() == SlideTask.CLASSES || s == 1;
            if (needed && own < count) {
                throw new UserError(what + " is seen in " + own + (own == 1 ? " patient" : " patients")
                        + ", fewer than the " + count
                        + " folds, so that a fold would be without it. Take at most " + Math.max(1, own) + " folds"
                        + (own < 2 ? ", which is too few: gather more such patients, or leave the class out." : "."));
            }
        }
    }
}
