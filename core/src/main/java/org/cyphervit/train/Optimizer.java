package org.cyphervit.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.torch.Foreach;
import org.cyphervit.torch.Scope;

/**
 * AdamW over named parameters, all of a group in one fused native call, with per-parameter gradient clipping. A
 * parameter that has no gradient at a step is left as it is, moments and step count included.
 */
final class Optimizer {
    private final OptimizerOptions options;
    private final List<Slot> slots = new ArrayList<>();

    Optimizer(Map<String, Tensor> parameters, OptimizerOptions options) {
        this.options = options;
        try (Scope scope = Scope.open()) {
            parameters.forEach((name, tensor) -> slots.add(new Slot(
                    name,
                    tensor,
                    Scope.keep(torch.zeros_like(tensor)),
                    Scope.keep(torch.zeros_like(tensor)),
                    Scope.keep(torch.zeros().to(tensor.device(), torch.ScalarType.Float)))));
        }
    }

    /** A parameter and its moments. */
    private record Slot(String name, Tensor parameter, Tensor first, Tensor second, Tensor steps) {
        boolean decays() {
            return !name.endsWith(".bias") && parameter.dim() > 1;
        }
    }

    /**
     * One step from the gradients that are there, which are dropped afterwards.
     *
     * @param frozen parameters to leave out
     */
    void step(long step, long steps, Predicate<String> frozen) {
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            List<Slot> active = slots.stream()
                    .filter(slot -> slot.parameter.grad().defined() && !frozen.test(slot.name))
                    .toList();
            if (!active.isEmpty() && options.clip() > 0) {
                clip(active);
            }
            double learningRate = options.learningRate().at(step, steps);
            update(
                    active.stream().filter(Slot::decays).toList(),
                    learningRate,
                    options.weightDecay().at(step, steps));
            update(active.stream().filter(slot -> !slot.decays()).toList(), learningRate, 0);
        }
        dropGradients();
    }

    /** Forgets all gradients, so that the next backward pass starts from none. */
    void dropGradients() {
        try (Scope scope = Scope.open()) {
            slots.forEach(slot -> slot.parameter.mutable_grad().reset());
        }
    }

    double learningRate(long step, long steps) {
        return options.learningRate().at(step, steps);
    }

    /** Moments and step counts by name, for the checkpoint. */
    Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        for (Slot slot : slots) {
            state.put(slot.name + ".exp_avg", slot.first);
            state.put(slot.name + ".exp_avg_sq", slot.second);
            state.put(slot.name + ".step", slot.steps);
        }
        return state;
    }

    // The factor is min(1, clip / (norm + 1e-6)) for each tensor on its own, as DINO's clip_gradients.
    private void clip(List<Slot> active) {
        List<Tensor> gradients = gradients(active);
        Tensor factors = Foreach.norms(gradients)
                .add(new Scalar(1e-6))
                .reciprocal()
                .mul(new Scalar(options.clip()))
                .clamp_max(new Scalar(1));
        Foreach.scale(gradients, factors);
    }

    private void update(List<Slot> group, double learningRate, double weightDecay) {
        if (group.isEmpty()) {
            return;
        }
        Foreach.adamW(
                group.stream().map(Slot::parameter).toList(),
                gradients(group),
                group.stream().map(Slot::first).toList(),
                group.stream().map(Slot::second).toList(),
                group.stream().map(Slot::steps).toList(),
                learningRate,
                options.beta1(),
                options.beta2(),
                weightDecay,
                options.eps());
    }

    private static List<Tensor> gradients(List<Slot> group) {
        return group.stream().map(slot -> slot.parameter.grad()).toList();
    }
}
