package org.cyphervit.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.ToDoubleFunction;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.group.Group;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.optim.Optimizer;
import org.cyphervit.optim.OptimizerOptions;
import org.cyphervit.ssl.Batch;
import org.cyphervit.ssl.SslMethod;
import org.cyphervit.ssl.TrainingProgress;
import org.cyphervit.torch.Phase;
import org.cyphervit.torch.Phase.Part;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Recomputation;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * One training step after another: forward, backward, optimizer, and the method's own update. It knows nothing of files
 * or screens; the run does.
 */
public final class Trainer {
    private static final String LOSS = "loss";

    private final SslMethod method;
    private final Optimizer optimizer;
    private final Precision precision;
    private final SeededGenerator generator;
    private final Group group;
    private final long steps;
    private final long stepsPerEpoch;
    private BiPredicate<String, Long> frozen = (name, at) -> false;
    private boolean recompute;
    private long step;

    /**
     * @param generator randomness of drop path and noise; re-seeded at each step, and its device is the run's
     * @param steps of the whole run
     */
    public Trainer(
            SslMethod method,
            OptimizerOptions options,
            Precision precision,
            SeededGenerator generator,
            long steps,
            long stepsPerEpoch) {
        this(method, options, precision, generator, steps, stepsPerEpoch, name -> 1, Group.singleProcess());
    }

    /** With learning rates of their own for some parameters, as fine-tuning has them. */
    public Trainer(
            SslMethod method,
            OptimizerOptions options,
            Precision precision,
            SeededGenerator generator,
            long steps,
            long stepsPerEpoch,
            ToDoubleFunction<String> rates) {
        this(method, options, precision, generator, steps, stepsPerEpoch, rates, Group.singleProcess());
    }

    /**
     * One rank of a group, with learning rates of their own for some parameters, as fine-tuning has them.
     *
     * @param rates what the learning rate of a parameter is multiplied with, by its name
     * @param group the draws are another stream on each of its ranks
     */
    public Trainer(
            SslMethod method,
            OptimizerOptions options,
            Precision precision,
            SeededGenerator generator,
            long steps,
            long stepsPerEpoch,
            ToDoubleFunction<String> rates,
            Group group) {
        this.group = group;
        this.method = method;
        this.optimizer = new Optimizer(withGradients(method.trained().parameters()), options, rates);
        this.precision = precision;
        this.generator = generator;
        this.steps = steps;
        this.stepsPerEpoch = stepsPerEpoch;
    }

    // What stays as it is for good needs no moments.
    private static Map<String, Tensor> withGradients(Map<String, Tensor> parameters) {
        Map<String, Tensor> trained = new LinkedHashMap<>(parameters);
        trained.values().removeIf(tensor -> !tensor.requires_grad());
        return trained;
    }

    /** Leaves out those parameters for which the predicate holds at a step, counted from 0; returns this. */
    public Trainer freezing(BiPredicate<String, Long> frozen) {
        this.frozen = frozen;
        return this;
    }

    /** Whether blocks' activations are computed again in the backward pass instead of kept; returns this. */
    public Trainer recomputing(boolean recompute) {
        this.recompute = recompute;
        return this;
    }

    /**
     * What a step gave.
     *
     * @param loss mean over the accumulated batches and over ranks
     * @param measures the method's own, of the last batch
     * @param learningRate that the step used
     */
    public record StepResult(long step, double loss, Map<String, Double> measures, double learningRate) {}

    /**
     * One optimisation step.
     *
     * @param batches to accumulate, usually one; tensors on the run's device. A
     *     method with state that is not trained by gradient (a centre, a queue) updates it once per batch
     */
    public StepResult step(List<Batch> batches) {
        TrainingProgress progress = moment();
        Map<String, Double> measures;
        generator.at(step + 1);
        try (Scope scope = Scope.open()) {
            List<Tensor> losses = new ArrayList<>();
            Map<String, Tensor> last = Map.of();
            for (Batch batch : batches) {
                Recomputation recomputation = recompute ? new Recomputation(generator, precision) : null;
                SslMethod.Loss result = loss(batch, progress, recomputation);
                Tensor part = result.value().div(new Scalar((double) batches.size()));
                try (Phase phase = Phase.of(Part.BACKWARD)) {
                    precision.back(
                            generator.device(),
                            recomputation == null ? part::backward : () -> recomputation.backward(part));
                }
                losses.add(part.detach().to(ScalarType.Float));
                last = result.measures();
            }
            measures = read(losses, last);
        }
        double loss = Objects.requireNonNull(measures.remove(LOSS));
        double learningRate = optimizer.learningRate(step, steps);
        if (Double.isFinite(loss)) {
            update(progress);
            step++;
        } else {
            optimizer.dropGradients(); // the weights stay as they were before the step that went wrong
        }
        return new StepResult(progress.step(), loss, measures, learningRate);
    }

    private SslMethod.Loss loss(Batch batch, TrainingProgress progress, @Nullable Recomputation recomputation) {
        try (Phase phase = Phase.of(Part.LOSS)) {
            ForwardMode mode = ForwardMode.training(generator, recomputation);
            return precision.run(generator.device(), () -> method.loss(batch, mode, progress));
        }
    }

    private void update(TrainingProgress progress) {
        optimizer.average(group);
        try (Phase phase = Phase.of(Part.OPTIMIZER)) {
            optimizer.step(step, steps, name -> method.isFrozen(name, progress) || frozen.test(name, step));
        }
        try (Phase phase = Phase.of(Part.UPDATE)) {
            method.afterStep(progress);
        }
    }

    // Means over ranks, so that all judge the step alike; one copy from the device for all numbers.
    private Map<String, Double> read(List<Tensor> losses, Map<String, Tensor> measures) {
        List<Tensor> scalars = new ArrayList<>(List.of(Tensors.stack(losses, 0).sum()));
        measures.values().forEach(value -> scalars.add(value.detach().to(ScalarType.Float)));
        double[] values = Tensors.doubles(group.mean(Tensors.stack(scalars, 0)));
        Map<String, Double> read = new LinkedHashMap<>();
        read.put(LOSS, values[0]);
        int i = 1;
        for (String name : measures.keySet()) {
            read.put(name, values[i++]);
        }
        return read;
    }

    public TrainingProgress moment() {
        return new TrainingProgress(step, steps, stepsPerEpoch);
    }

    public boolean isDone() {
        return step >= steps;
    }

    public SslMethod method() {
        return method;
    }

    /** All tensors that continue the run bit by bit; with the step they are the whole state, for draws follow from it. */
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>(method.state().state());
        optimizer.state().forEach((name, tensor) -> state.put("optimizer." + name, tensor));
        return state;
    }

    /** Continues after the given number of steps; the tensors of {@link #state} have been filled by the caller. */
    public void resumeAt(long step) {
        this.step = step;
    }
}
