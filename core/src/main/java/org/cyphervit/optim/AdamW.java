package org.cyphervit.optim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.torch.Foreach;
import org.cyphervit.torch.Scope;

/** AdamW (Loshchilov 2019), all parameters of a group in one fused native call. */
final class AdamW implements UpdateRule {
    private final OptimizerOptions options;
    private final Map<String, Moments> moments = new LinkedHashMap<>();

    AdamW(List<Parameter> parameters, OptimizerOptions options) {
        this.options = options;
        for (Parameter parameter : parameters) {
            Tensor tensor = parameter.tensor();
            moments.put(
                    parameter.name(),
                    new Moments(
                            Scope.keep(torch.zeros_like(tensor)),
                            Scope.keep(torch.zeros_like(tensor)),
                            Scope.keep(tensor.new_zeros())));
        }
    }

    private record Moments(Tensor first, Tensor second, Tensor steps) {}

    @Override
    public void apply(List<Parameter> group, double learningRate, double weightDecay) {
        List<Moments> remembered =
                group.stream().map(parameter -> moments.get(parameter.name())).toList();
        Foreach.adamW(
                group.stream().map(Parameter::tensor).toList(),
                group.stream().map(Parameter::gradient).toList(),
                remembered.stream().map(Moments::first).toList(),
                remembered.stream().map(Moments::second).toList(),
                remembered.stream().map(Moments::steps).toList(),
                learningRate,
                options.beta1(),
                options.beta2(),
                weightDecay,
                options.eps());
    }

    @Override
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        moments.forEach((name, moment) -> {
            state.put(name + ".exp_avg", moment.first);
            state.put(name + ".exp_avg_sq", moment.second);
            state.put(name + ".step", moment.steps);
        });
        return state;
    }
}
