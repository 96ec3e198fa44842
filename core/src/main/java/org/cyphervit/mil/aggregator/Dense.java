package org.cyphervit.mil.aggregator;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Linear;
import org.cyphervit.torch.Tensors;

/** Linear layers as CLAM starts them, and dropout. */
final class Dense {
    private Dense() {}

    /** Glorot's normal weights (2010) and zero bias. */
    static Linear linear(int in, int out, Init init) {
        return new Linear(init.normal(Math.sqrt(2.0 / (in + out)), out, in), init.zeros(out));
    }

    /** Values zeroed with that probability and the others raised in turn, in a training pass alone. */
    static Tensor dropout(Tensor x, double probability, ForwardMode mode) {
        var draws = mode.generator();
        if (draws == null || probability == 0) {
            return x;
        }
        return x.mul(draws.bernoulli(1 - probability, Tensors.shape(x))).div(new Scalar(1 - probability));
    }
}
