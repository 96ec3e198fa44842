package org.cyphervit.nn;

import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.torch.Recomputation;
import org.cyphervit.torch.SeededGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How a forward pass is meant: with or without the randomness of training.
 *
 * @param generator the source of drop path and assignment noise; null in evaluation
 * @param recomputation of a pass that does not keep activations, else null
 * @param moving whether running means over the data take this batch in
 */
public record ForwardMode(
        @Nullable SeededGenerator generator, @Nullable Recomputation recomputation, boolean moving) {
    private static final ForwardMode EVALUATION = new ForwardMode(null, null, false);
    private static final ForwardMode TEACHER = new ForwardMode(null, null, true);

    /** Deterministic: no drop path, no noise. */
    public static ForwardMode evaluation() {
        return EVALUATION;
    }

    /**
     * Deterministic too, but running means take the batch in: those of a teacher must be of its own weights and of the views it
     * sees, not of a student's.
     */
    public static ForwardMode teacher() {
        return TEACHER;
    }

    public static ForwardMode training(SeededGenerator generator) {
        return training(generator, null);
    }

    /** @param recomputation for a pass that does not keep activations, else null */
    public static ForwardMode training(SeededGenerator generator, @Nullable Recomputation recomputation) {
        return new ForwardMode(generator, recomputation, true);
    }

    /** A part of the network with many activations; its result does not depend on how the pass is meant to keep them. */
    public Tensor through(Tensor input, UnaryOperator<Tensor> body) {
        return recomputation == null ? body.apply(input) : recomputation.through(input, body);
    }

    public boolean isTraining() {
        return generator != null;
    }
}
