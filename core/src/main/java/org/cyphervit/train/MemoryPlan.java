package org.cyphervit.train;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.train.recipe.Recipe;

/**
 * A recipe that fits into memory, and what it will cost. Where the recipe as it is needs too much, first what leaves the
 * result as it is: blocks are computed again in the backward pass. Then smaller batches, so many more of them per step. What
 * the user set stays.
 *
 * @param recipe to train by
 * @param bytes that the process will hold at most
 * @param stepSeconds of an optimisation step, without waiting for tiles
 * @param words all that in a sentence or two
 */
public record MemoryPlan(Recipe recipe, double bytes, double stepSeconds, String words) {
    // Keys of the section run that a plan may change.
    private static final String BATCH = "batch";
    private static final String ACCUMULATE = "accumulate";
    private static final String RECOMPUTE = "recompute";

    private static final double COMFORTABLE = 0.9; // of what is free: others take some, too
    private static final int SMALLEST = 2;
    private static final double JAVA = 128e6; // decoded tiles and what Java's collector has not got round to
    private static final int LOADED = 2; // batches that wait beside those that the loader's threads make

    /**
     * Makes a plan.
     *
     * @param tiles to learn from
     * @param set keys of {@code run} that the user has set
     * @param free bytes that the process may hold
     * @param costs what a recipe costs; empty where that cannot be known, and so neither is the plan
     * @throws UserError if nothing fits, with what would
     */
    public static Optional<MemoryPlan> of(
            Recipe recipe, long tiles, Set<String> set, double free, Function<Recipe, Optional<TrainingCost>> costs) {
        Run.requireMemory(recipe); // for weights alone, before a trial makes them
        Optional<TrainingCost> asItIs = costs.apply(recipe);
        if (asItIs.isEmpty()) {
            return Optional.empty();
        }
        double wanted = bytes(recipe, asItIs.get());
        if (wanted <= COMFORTABLE * free) {
            return Optional.of(plan(recipe, asItIs.get(), tiles, free, ""));
        }
        Recipe lean = recipe;
        TrainingCost cost = asItIs.get();
        if (!recipe.run().recompute() && !set.contains(RECOMPUTE)) {
            lean = recipe.with(recipe.run().recomputing());
            cost = costs.apply(lean).orElseThrow();
        }
        String asked = String.format(Locale.ROOT, "As the recipe stands, training needs some %s", gb(wanted));
        if (!set.contains(BATCH) && !set.contains(ACCUMULATE)) {
            lean = smaller(lean, cost, COMFORTABLE * free);
        }
        double needed = bytes(lean, cost);
        if (needed <= COMFORTABLE * free || (needed <= free && lean.equals(recipe))) {
            String changed = lean.equals(recipe)
                    ? asked + " of " + gb(free) + " that are free, which is close. "
                    : asked + ", and " + gb(free) + " are free, so " + changes(recipe.run(), lean.run()) + ". ";
            return Optional.of(plan(lean, cost, tiles, free, changed));
        }
        throw new UserError(asked + ", more than the " + gb(free) + " that are free. "
                + remedy(recipe, lean, cost, COMFORTABLE * free));
    }

    private static MemoryPlan plan(Recipe recipe, TrainingCost cost, long tiles, double free, String before) {
        Recipe.RunRecipe run = recipe.run();
        double bytes = bytes(recipe, cost);
        double seconds = cost.secondsPerImage() * run.stepBatch();
        long steps = run.totalSteps(tiles);
        String words = String.format(
                Locale.ROOT,
                "%sTraining needs some %s of the %s that are free; a step of %s takes some %s, all %s some %s"
                        + " (measured on %s).",
                before,
                gb(bytes),
                gb(free),
                Words.count(run.stepBatch(), "tile"),
                duration(seconds),
                Words.count(steps, "step"),
                duration(seconds * steps),
                run.device());
        return new MemoryPlan(recipe, bytes, seconds, words);
    }

    // Half the batch and twice as many, until it fits or there is no half.
    private static Recipe smaller(Recipe recipe, TrainingCost cost, double free) {
        Recipe.RunRecipe run = recipe.run();
        while (bytes(recipe, cost) > free && run.batch() % 2 == 0 && run.batch() / 2 >= SMALLEST) {
            run = run.batched(run.batch() / 2, 2 * run.accumulate());
            recipe = recipe.with(run);
        }
        return recipe;
    }

    private static String changes(Recipe.RunRecipe before, Recipe.RunRecipe now) {
        String recompute = "run.recompute is true (the result is the same, a step takes up to a third longer)";
        String batch = String.format(
                Locale.ROOT,
                "run.batch is %d and run.accumulate %d (as many tiles per step as before)",
                now.batch(),
                now.accumulate());
        boolean smaller = now.batch() != before.batch();
        boolean again = now.recompute() != before.recompute();
        return again && smaller ? recompute + " and " + batch : again ? recompute : batch;
    }

    private static String remedy(Recipe recipe, Recipe lean, TrainingCost cost, double free) {
        Recipe fits = smaller(lean, cost, free);
        if (bytes(fits, cost) <= free && !fits.equals(recipe)) {
            return "Leave run.batch and run.accumulate out, or set what fits: run.batch="
                    + fits.run().batch()
                    + " run.accumulate=" + fits.run().accumulate()
                    + (fits.run().recompute() ? " run.recompute=true" : "") + ", which needs some "
                    + gb(bytes(fits, cost)) + ".";
        }
        return "Smaller batches are not enough: they would need " + gb(bytes(fits, cost))
                + ". Choose a smaller backbone (setting 'backbone'), or smaller or fewer views (setting"
                + " 'views.globalSize', 'views.locals').";
    }

    // With the views that wait on Java's side, bytes each.
    private static double bytes(Recipe recipe, TrainingCost cost) {
        double view = recipe.views().recipe().expanded().stream()
                .mapToDouble(spec -> 3.0 * spec.size() * spec.size())
                .sum();
        int waiting = recipe.run().threads() + LOADED;
        return JAVA
                + cost.bytes(recipe.run().batch())
                + waiting * view * recipe.run().batch();
    }

    private static String gb(double bytes) {
        return String.format(Locale.ROOT, bytes < 9.95e9 ? "%.1f GB" : "%.0f GB", bytes / 1e9);
    }

    /** Such as {@code 40 s}, {@code 12 min} or {@code 3 h 20 min}. */
    static String duration(double seconds) {
        if (seconds < 9.95) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        Duration d = Duration.ofSeconds(Math.round(seconds));
        if (d.toMinutes() < 2) {
            return d.toSeconds() + " s";
        }
        return d.toHours() < 1
                ? d.toMinutes() + " min"
                : d.toHours() < 48
                        ? d.toHours() + " h " + d.toMinutesPart() + " min"
                        : d.toDays() + " days " + d.toHoursPart() + " h";
    }
}
