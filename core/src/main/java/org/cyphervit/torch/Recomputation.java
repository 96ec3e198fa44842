package org.cyphervit.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;

/**
 * A forward pass that keeps only what enters each of its segments; the backward pass computes the rest again, segment by
 * segment from the last (Chen 2016, "Training deep nets with sublinear memory cost"). Memory falls to one segment's, time
 * grows by a forward pass. Random draws are repeated, so the gradients are those of an ordinary pass.
 *
 * <p>One object serves one forward and one backward pass, inside one {@link Scope}.
 */
public final class Recomputation {
    private final SeededGenerator generator;
    private final Precision precision;
    private final List<Segment> segments = new ArrayList<>();

    /**
     * @param generator that segments draw from
     * @param precision that the forward pass runs under
     */
    public Recomputation(SeededGenerator generator, Precision precision) {
        this.generator = generator;
        this.precision = precision;
    }

    // output: a leaf, so that the gradient stops there and waits for the segment's turn
    private record Segment(Tensor input, Tensor output, Tensor drawn, UnaryOperator<Tensor> body) {}

    /**
     * A segment of the pass; where gradients are off, simply its result.
     *
     * @param body of the input alone, and of trained parameters; it is called again in {@link #backward}
     */
    public Tensor through(Tensor input, UnaryOperator<Tensor> body) {
        if (!GradMode.is_enabled()) {
            return body.apply(input);
        }
        Tensor drawn = generator.state();
        Tensor leaf;
        try (NoGradGuard noGrad = new NoGradGuard()) {
            leaf = Scope.only(() -> body.apply(input).detach()).requires_grad_(true);
        }
        segments.add(new Segment(input, leaf, drawn, body));
        return leaf;
    }

    /** Adds to all gradients those of a scalar that was computed through the segments. */
    public void backward(Tensor loss) {
        BoolOptional retain = new BoolOptional(true); // what lies between segments may be reached from several of them
        TensorArrayRefOptional allLeaves = new TensorArrayRefOptional();
        loss.backward(new Tensor(), retain, false, allLeaves);
        Tensor now = generator.state();
        for (Segment segment : segments.reversed()) {
            try (Scope inner = Scope.open()) {
                Tensor gradient = segment.output.grad();
                if (gradient.defined()) {
                    generator.restore(segment.drawn);
                    Tensor again = precision.run(generator.device(), () -> segment.body.apply(segment.input));
                    again.backward(gradient, retain, false, allLeaves);
                    segment.output.mutable_grad().reset();
                }
            }
        }
        generator.restore(now);
    }
}
