package org.cyphervit.monitor;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.cyphervit.file.Writing;
import org.cyphervit.monitor.HealthFinding.Severity;
import org.cyphervit.ssl.Symptom;
import org.cyphervit.train.FailedRun;
import org.cyphervit.train.RunListener;
import org.cyphervit.train.recipe.Recipe.RunRecipe.OnCollapse;
import org.jspecify.annotations.Nullable;

/**
 * Notices collapse, says what it is and what to change, keeps it in {@link HealthFile} and ends the run, unless the recipe
 * has {@code run.onCollapse: continue}. It watches in two ways:
 *
 * <ol>
 *   <li>Readings of the encoder, every 50 steps ({@link CollapseReading}): the first that shows a collapse is told, the
 *       second in a row ends the run.
 *   <li>Symptoms of the method, by running means over some 200 steps, because small runs pass through a flat start. Told
 *       after 500 steps, they end the run after half of its steps and at least 2,000.
 * </ol>
 */
public final class Health implements RunListener {
    private static final double DECAY = 0.995;
    private static final long PATIENCE = 500;

    private static final Symptom ALIKE = new Symptom(
            List.of(new Symptom.Sign("feature_std", Double.NEGATIVE_INFINITY, FeatureLimits.COLLAPSED_SPREAD)),
            "All images get the same feature (feature_std is near 0, healthy runs have above 0.1)",
            "Lower optimizer.learningRate, lengthen optimizer.warmup, or use stronger crops.");

    private final Consumer<HealthFinding> told;
    private final Map<String, Mean> means = new HashMap<>();
    private List<Symptom> symptoms = List.of(ALIKE);
    private Path folder = Path.of("");
    private long steps = Long.MAX_VALUE;
    private boolean stops = true;
    private CollapseReading readings = new CollapseReading(new FeatureLimits(1));
    private long collapsedSince = -1;
    private long sickSince = -1;
    private boolean toldSymptom;

    /** @param told receives each finding once, as it is kept in the run's folder */
    public Health(Consumer<HealthFinding> told) {
        this.told = told;
    }

    @Override
    public void started(Start start) {
        symptoms = Stream.concat(Stream.of(ALIKE), start.symptoms().stream()).toList();
        symptoms.stream()
                .flatMap(symptom -> symptom.signs().stream())
                .forEach(sign -> means.put(sign.measure(), new Mean(100)));
        steps = start.steps();
        folder = start.folder();
        stops = start.recipe().run().onCollapse() == OnCollapse.STOP;
        readings = new CollapseReading(FeatureLimits.of(start.recipe()));
        Writing.of(folder.resolve(HealthFile.NAME), () -> HealthFile.cutBack(folder, start.firstStep()));
    }

    @Override
    public void stepped(Step step) {
        if (CollapseReading.isIn(step.measures())) {
            reading(step.step(), readings.of(step.step(), step.measures()));
        }
        means.forEach((name, mean) -> mean.add(step.measures().get(name)));
        symptom(step.step());
    }

    private void reading(long step, @Nullable HealthFinding collapse) {
        if (collapse == null) {
            if (collapsedSince >= 0) {
                recovered(step);
            }
            collapsedSince = -1;
        } else if (collapsedSince < 0) {
            collapsedSince = step;
            tell(collapse);
        } else if (stops) {
            throw stopped(collapse, collapsedSince);
        }
    }

    private void symptom(long step) {
        HealthFinding sick = diagnosis(step);
        if (sick == null) {
            if (toldSymptom) {
                recovered(step);
            }
            sickSince = -1;
            toldSymptom = false;
            return;
        }
        sickSince = sickSince < 0 ? step : sickSince;
        long lasting = step - sickSince;
        if (lasting >= PATIENCE && !toldSymptom) {
            toldSymptom = true;
            tell(sick);
        }
        if (stops && lasting >= Math.max(4 * PATIENCE, steps / 2)) {
            throw stopped(sick, sickSince);
        }
    }

    private @Nullable HealthFinding diagnosis(long step) {
        return symptoms.stream()
                .filter(symptom -> symptom.signs().stream().allMatch(this::shows))
                .findFirst()
                .map(symptom -> new HealthFinding(step, Severity.COLLAPSE, symptom.meaning(), "", symptom.remedy()))
                .orElse(null);
    }

    private boolean shows(Symptom.Sign sign) {
        double value = Objects.requireNonNull(means.get(sign.measure())).value();
        return value > sign.above() && value < sign.below();
    }

    private void recovered(long step) {
        tell(new HealthFinding(step, Severity.GOOD, "Recovered from the collapse", "", ""));
    }

    private void tell(HealthFinding finding) {
        HealthFile.append(folder, finding);
        told.accept(finding);
    }

    private static FailedRun stopped(HealthFinding finding, long since) {
        return new FailedRun("Stopped at step " + finding.step() + ", collapsed since step " + since + ": "
                + finding.sentence()
                + " The checkpoints stay, but a run resumed with the same recipe would collapse again. To go on all the same,"
                + " have setting 'run.onCollapse' continue.");
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
