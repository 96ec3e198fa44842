package org.cyphervit.monitor;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cyphervit.Words;
import org.cyphervit.train.RunListener;

/** Live progress: one line that renews itself on a terminal, a line every ten seconds elsewhere. */
public final class ProgressLine implements RunListener {
    private static final Map<String, String> SHORT = Map.of("teacher_entropy", "entropy", "feature_std", "spread");

    private final PrintStream out;
    private final boolean terminal;
    private final long interval;
    private long steps;
    private long lastPrint;
    private long lastStep;
    private double meanLoss = Double.NaN;
    private double stepsPerSecond = Double.NaN;
    private boolean open;

    /** @param terminal whether the line may renew itself */
    public ProgressLine(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
        this.interval = terminal ? 500_000_000L : 10_000_000_000L;
    }

    @Override
    public void started(Start start) {
        steps = start.steps();
        lastStep = start.firstStep();
        lastPrint = System.nanoTime();
        out.printf(
                Locale.ROOT,
                "%s, %s of %s (%.1f epochs), %s, %s on %s%n",
                Words.count(start.tiles(), "tile"),
                Words.count(steps, "step"),
                Words.count(start.recipe().run().stepBatch(), "tile"),
                (double) steps / start.stepsPerEpoch(),
                start.recipe().method().provider().name(),
                start.recipe().run().precision(),
                start.recipe().run().device());
    }

    @Override
    public void stepped(Step step) {
        double loss = step.measures().getOrDefault("loss", Double.NaN);
        meanLoss = Double.isNaN(meanLoss) ? loss : 0.98 * meanLoss + 0.02 * loss;
        long now = System.nanoTime();
        if (step.measures().keySet().stream().anyMatch(ProgressLine::isProbe)) {
            List<String> probes = new ArrayList<>();
            step.measures().forEach((name, value) -> {
                if (isProbe(name)) {
                    probes.add(String.format(Locale.ROOT, "%s %.3f", name, value));
                }
            });
            said("step " + step.step() + ": " + String.join(", ", probes));
        }
        boolean first = Double.isNaN(stepsPerSecond); // that it goes on at all is worth a line
        if (now - lastPrint < interval && step.step() != steps && !first) {
            return;
        }
        double rate = (step.step() - lastStep) * 1e9 / (now - lastPrint);
        stepsPerSecond = Double.isNaN(stepsPerSecond) ? rate : 0.7 * stepsPerSecond + 0.3 * rate;
        lastPrint = now;
        lastStep = step.step();
        print(line(step), step.step() == steps);
    }

    @Override
    public void said(String message) {
        if (open) {
            out.println();
            open = false;
        }
        out.println(message);
    }

    private static boolean isProbe(String measure) {
        return measure.startsWith("knn") || measure.equals("slide_recognition");
    }

    private String line(Step step) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "step %d/%d  %.2f it/s  %.0f img/s  ETA %s  loss %.4f",
                step.step(),
                steps,
                stepsPerSecond,
                stepsPerSecond * step.images(),
                duration((steps - step.step()) / stepsPerSecond),
                meanLoss));
        step.measures().forEach((name, value) -> {
            String shown = SHORT.get(name);
            if (shown != null) {
                line.append(String.format(Locale.ROOT, "  %s %.3f", shown, value));
            }
        });
        return line.append(String.format(
                        Locale.ROOT,
                        "  lr %.1e  waiting %.0f %%",
                        step.measures().getOrDefault("lr", 0.0),
                        100 * step.waitShare()))
                .toString();
    }

    private void print(String line, boolean last) {
        if (terminal) {
            out.print("\r" + line + "  ");
            open = !last;
            if (last) {
                out.println();
            }
        } else {
            out.println(line);
        }
        out.flush();
    }

    /** Such as {@code 1:02:03} or {@code 4:05}. */
    static String duration(double seconds) {
        if (!Double.isFinite(seconds)) {
            return "?";
        }
        Duration d = Duration.ofSeconds(Math.round(seconds));
        return d.toHours() > 0
                ? String.format(Locale.ROOT, "%d:%02d:%02d", d.toHours(), d.toMinutesPart(), d.toSecondsPart())
                : String.format(Locale.ROOT, "%d:%02d", d.toMinutes(), d.toSecondsPart());
    }
}
