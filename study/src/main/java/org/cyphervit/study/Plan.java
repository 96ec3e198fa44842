package org.cyphervit.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a table still needs.
 *
 * @param runs pre-training runs, also those that exist
 * @param works measurements that are missing, in words
 * @param existing measurements that exist already
 */
public record Plan(List<Run> runs, List<String> works, int existing) {
    public Plan {
        runs = List.copyOf(runs);
        works = List.copyOf(works);
    }

    /**
     * A pre-training run.
     *
     * @param state missing, begun, finished or failed
     * @param steps optimisation steps of the whole run
     * @param tiles per step
     * @param seconds of the whole run on this machine, a guess from a few small steps; NaN where it is not missing
     */
    public record Run(String key, String state, long steps, long tiles, double seconds) {}

    /** The plan in lines. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        double total = 0;
        for (Run run : runs) {
            boolean open = run.state.equals("missing") || run.state.equals("begun");
            total += open && !Double.isNaN(run.seconds) ? run.seconds : 0;
            lines.add(String.format(
                    Locale.ROOT,
                    "  %-40s %-9s %6d steps of %d tiles%s",
                    run.key,
                    run.state,
                    run.steps,
                    run.tiles,
                    open && !Double.isNaN(run.seconds) ? ", about " + duration(run.seconds) : ""));
        }
        lines.add(String.format(
                Locale.ROOT,
                "Pre-training runs: %d, about %s still to train. Measurements: %d to make, %d exist.",
                runs.size(),
                duration(total),
                works.size(),
                existing));
        works.forEach(work -> lines.add("  " + work));
        return lines;
    }

    private static String duration(double seconds) {
        return seconds < 90
                ? Math.round(seconds) + " s"
                : seconds < 5400
                        ? Math.round(seconds / 60) + " min"
                        : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
    }
}
