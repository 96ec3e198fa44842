package org.cyphervit.monitor;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.cyphervit.ssl.Symptom;
import org.cyphervit.train.FailedRun;
import org.cyphervit.train.RunListener;
import org.jspecify.annotations.Nullable;

/**
 * Notices collapse and says in words what it is. It judges running means over some 200 steps, after the warm-up, because
 * small runs pass through a flat start; a collapse that lasts for half of the run ends it.
 */
public final class Health implements RunListener {
    private static final double DECAY = 0.995;
    private static final long PATIENCE = 500;

    private static final Symptom ALIKE = new Symptom(
            List.of(new Symptom.Sign("feature_std", Double.NEGATIVE_INFINITY, 0.02)),
            "all images get the same feature (feature_std is near 0, healthy runs have above 0.1). Lower"
                    + " optimizer.learningRate, lengthen optimizer.warmup, or use stronger crops.");

    private final Consumer<String> alarm;
    private final Map<String, Mean> means = new HashMap<>();
    private List<Symptom> symptoms = List.of(ALIKE);
    private long steps = Long.MAX_VALUE;
    private final Mean balance = new Mean(5);
    private boolean toldTokens;
    private long sickSince = -1;
    private boolean told;

    /** @param alarm receives the diagnosis, once per collapse, and word of a recovery */
    public Health(Consumer<String> alarm) {
        this.alarm = alarm;
    }

    @Override
    public void started(Start start) {
        symptoms = Stream.concat(Stream.of(ALIKE), start.symptoms().stream()).toList();
        symptoms.stream()
                .flatMap(symptom -> symptom.signs().stream())
                .forEach(sign -> means.put(sign.measure(), new Mean(100)));
        steps = start.steps();
    }

    @Override
    public void stepped(Step step) {
        means.forEach((name, mean) -> mean.add(step.measures().get(name)));
        balance.add(step.measures().get("token_balance"));
        tokens(step.step());
        String diagnosis = diagnosis();
        if (diagnosis == null) {
            if (told) {
                alarm.accept("Recovered from the collapse at step " + step.step() + ".");
            }
            sickSince = -1;
            told = false;
            return;
        }
        sickSince = sickSince < 0 ? step.step() : sickSince;
        long lasting = step.step() - sickSince;
        if (lasting >= PATIENCE && !told) {
            told = true;
            alarm.accept("Collapse suspected since step " + sickSince + ": " + diagnosis);
        }
        if (lasting >= Math.max(4 * PATIENCE, steps / 2)) {
            throw new FailedRun("Stopped: collapsed for " + lasting + " steps. " + diagnosis
                    + " The checkpoints stay; a resumed run would stop again.");
        }
    }

    // Worth a word, no reason to stop: features may be good although the map shows one phenotype.
    private void tokens(long step) {
        if (!toldTokens && balance.value() < 0.2) {
            toldTokens = true;
            alarm.accept(words(
                    "At step %d one final token holds nearly all tissue (token_balance %.2f; 1 is an even share), so maps"
                            + " would show one phenotype. Lower optimizer.learningRate or raise"
                            + " backbone.clustering.temperature.",
                    step, balance.value()));
        }
    }

    private @Nullable String diagnosis() {
        return symptoms.stream()
                .filter(symptom -> symptom.signs().stream().allMatch(this::shows))
                .findFirst()
                .map(Symptom::words)
                .orElse(null);
    }

    private boolean shows(Symptom.Sign sign) {
        double value = Objects.requireNonNull(means.get(sign.measure())).value();
        return value > sign.above() && value < sign.below();
    }

    private static String words(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** A running mean; NaN, which no comparison holds for, until it has seen enough. */
    private static final class Mean {
        private final int enough;
        private double sum;
        private double weight;
        private int count;

        Mean(int enough) {
            this.enough = enough;
        }

        void add(@Nullable Double value) {
            if (value != null) {
                sum = DECAY * sum + value;
                weight = DECAY * weight + 1;
                count++;
            }
        }

        double value() {
            return count < enough ? Double.NaN : sum / weight;
        }
    }
}
