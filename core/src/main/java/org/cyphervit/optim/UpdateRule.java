package org.cyphervit.optim;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** How an optimizer turns gradients into a step, and what it remembers of earlier ones. */
interface UpdateRule {
    /** A trained tensor and its name. */
    record Parameter(String name, Tensor tensor) {
        /** Biases and other vectors are neither decayed nor, by LARS, scaled. */
        boolean isMatrix() {
            return !name.endsWith(".bias") && tensor.dim() > 1;
        }

        Tensor gradient() {
            return tensor.grad();
        }
    }

    /**
     * Changes parameters in place by their gradients.
     *
     * @param group all matrices or all vectors, each with a gradient
     */
    void apply(List<Parameter> group, double learningRate, double weightDecay);

    /** What it remembers, by name, for the checkpoint. */
    Map<String, Tensor> state();
}
