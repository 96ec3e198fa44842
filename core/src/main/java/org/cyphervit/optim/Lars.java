package org.cyphervit.optim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.torch.Foreach;
import org.cyphervit.torch.Scope;

/**
 * LARS (You, Gitman, Ginsburg 2017): momentum SGD whose step in each matrix is scaled to the matrix's own size, which is
 * how SimCLR trains with batches of thousands. With g' = g + wd w,
 *
 * <pre>v = beta1 v + lr eta |w| / |g'| g',    w = w - v</pre>
 *
 * with a trust coefficient eta = 0.001. Vectors (biases, norms) step by their plain gradient. The velocity remembers the
 * learning rates that its gradients came with, as the paper and SimCLR's code have it. The learning rate is of another
 * order than AdamW's: SimCLR's is 0.3 for each 256 images of the batch.
 */
final class Lars implements UpdateRule {
    private static final double TRUST = 0.001;

    private final OptimizerOptions options;
    private final Map<String, Tensor> velocity = new LinkedHashMap<>();

    Lars(List<Parameter> parameters, OptimizerOptions options) {
        this.options = options;
        parameters.forEach(
                parameter -> velocity.put(parameter.name(), Scope.keep(torch.zeros_like(parameter.tensor()))));
    }

    @Override
    public void apply(List<Parameter> group, double learningRate, double weightDecay) {
        List<Tensor> weights = group.stream().map(Parameter::tensor).toList();
        List<Tensor> gradients = group.stream().map(Parameter::gradient).toList();
        List<Tensor> velocities = group.stream()
                .map(parameter -> Objects.requireNonNull(velocity.get(parameter.name())))
                .toList();
        if (group.getFirst().isMatrix()) {
            Foreach.add(gradients, weights, weightDecay);
            Foreach.scale(gradients, trust(Foreach.norms(weights), Foreach.norms(gradients)));
        }
        Foreach.scale(velocities, options.beta1());
        Foreach.add(velocities, gradients, learningRate);
        Foreach.add(weights, velocities, -1);
    }

    // A matrix of zeros, or one without gradient, steps as it would without scaling.
    private static Tensor trust(Tensor weights, Tensor gradients) {
        Tensor scaled = weights.mul(new Scalar(TRUST)).div(gradients);
        Tensor both = weights.gt(new Scalar(0)).logical_and(gradients.gt(new Scalar(0)));
        return torch.where(both, scaled, torch.ones_like(scaled));
    }

    @Override
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        velocity.forEach((name, tensor) -> state.put(name + ".velocity", tensor));
        return state;
    }
}
