package org.cyphervit.optim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.group.Group;
import org.cyphervit.optim.UpdateRule.Parameter;
import org.cyphervit.torch.Foreach;
import org.cyphervit.torch.Phase;
import org.cyphervit.torch.Phase.Part;
import org.cyphervit.torch.Scope;

/**
 * Steps over named parameters by the recipe's rule and schedules, with per-parameter gradient clipping. A parameter that
 * has no gradient at a step is left as it is, with all that is remembered of it.
 */
public final class Optimizer {
    private final OptimizerOptions options;
    private final List<Parameter> parameters = new ArrayList<>();
    private final UpdateRule update;
    private final ToDoubleFunction<String> rates;

    public Optimizer(Map<String, Tensor> parameters, OptimizerOptions options) {
        this(parameters, options, name -> 1);
    }

    /** @param rates what the learning rate of a parameter is multiplied with, by its name */
    public Optimizer(Map<String, Tensor> parameters, OptimizerOptions options, ToDoubleFunction<String> rates) {
        this.options = options;
        this.rates = rates;
        parameters.forEach((name, tensor) -> this.parameters.add(new Parameter(name, tensor)));
        try (Scope scope = Scope.open()) {
            this.update = switch (options.rule()) {
                case ADAMW -> new AdamW(this.parameters, options);
                case LARS -> new Lars(this.parameters, options);
            };
        }
    }

    /**
     * One step from the gradients that are there, which are dropped afterwards.
     *
     * @param frozen parameters to leave out
     */
    public void step(long step, long steps, Predicate<String> frozen) {
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            List<Parameter> active = parameters.stream()
                    .filter(parameter -> parameter.gradient().defined() && !frozen.test(parameter.name()))
                    .toList();
            if (!active.isEmpty() && options.clip() > 0) {
                clip(active);
            }
            Map<Kind, List<Parameter>> groups = active.stream()
                    .collect(Collectors.groupingBy(
                            parameter -> new Kind(parameter.isMatrix(), rates.applyAsDouble(parameter.name())),
                            LinkedHashMap::new,
                            Collectors.toList()));
            groups.forEach((group, members) -> update.apply(
                    members,
                    group.rate * learningRate(step, steps),
                    group.decays ? options.weightDecay().at(step, steps) : 0));
        }
        dropGradients();
    }

    /** Makes gradients their mean over ranks; every rank has run the same layers, so the same parameters have one. */
    public void average(Group group) {
        if (group.size() == 1) {
            return;
        }
        try (Scope scope = Scope.open();
                Phase phase = Phase.of(Part.AVERAGE)) {
            group.average(parameters.stream()
                    .map(Parameter::gradient)
                    .filter(Tensor::defined)
                    .toList());
        }
    }

    private record Kind(boolean decays, double rate) {}

    /** Forgets all gradients, so that the next backward pass starts from none. */
    public void dropGradients() {
        try (Scope scope = Scope.open()) {
            parameters.forEach(parameter -> parameter.tensor().mutable_grad().reset());
        }
    }

    public double learningRate(long step, long steps) {
        return options.learningRate().at(step, steps);
    }

    /** What the rule remembers, by name, for the checkpoint. */
    public Map<String, Tensor> state() {
        return update.state();
    }

    // The factor is min(1, clip / (norm + 1e-6)) for each tensor on its own, as DINO's clip_gradients.
    private void clip(List<Parameter> active) {
        List<Tensor> gradients = active.stream().map(Parameter::gradient).toList();
        Tensor factors = Foreach.norms(gradients)
                .add(new Scalar(1e-6))
                .reciprocal()
                .mul(new Scalar(options.clip()))
                .clamp_max(new Scalar(1));
        Foreach.scale(gradients, factors);
    }
}
