package org.cyphervit.eval.numeric;

import java.util.function.Supplier;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.LBFGS;
import org.bytedeco.pytorch.LBFGSOptions;
import org.bytedeco.pytorch.LossClosure;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.cyphervit.torch.Scope;
import org.jspecify.annotations.Nullable;

/** LibTorch's limited-memory BFGS method (Nocedal 1980) with a line search by the strong Wolfe conditions. */
public final class Lbfgs {
    private static final int MEMORY = 10;
    private static final double STANDING_STILL = 1e-14; // of loss and parameters

    /** The loss with its gradient, for LibTorch to ask for. */
    private static final class Loss extends LossClosure {
        private final LBFGS optimizer;
        private final Supplier<Tensor> loss;
        private @Nullable Tensor last;

        private Loss(LBFGS optimizer, Supplier<Tensor> loss) {
            this.optimizer = optimizer;
            this.loss = loss;
        }

        // LibTorch copies what is returned after this method has ended, so it is freed one call later.
        @Override
        public Tensor call() {
            freeLast();
            optimizer.zero_grad();
            try (Scope scope = Scope.open()) {
                Tensor value = loss.get();
                value.backward();
                last = Scope.keep(value.detach());
                return last;
            }
        }

        private void freeLast() {
            if (last != null) {
                Scope.free(last);
                last = null;
            }
        }
    }

    private Lbfgs() {}

    /**
     * Walks downhill, changing the parameters in place.
     *
     * @param parameters float64 leaf that requires a gradient
     * @param loss a scalar that depends on them
     * @param tolerance ends when no component of the gradient is larger
     */
    public static void minimize(Tensor parameters, Supplier<Tensor> loss, int iterations, double tolerance) {
        try (Scope scope = Scope.open()) {
            LBFGSOptions options = new LBFGSOptions(1);
            options.max_iter().put(iterations);
            options.max_eval().put(2L * iterations);
            options.tolerance_grad().put(tolerance);
            options.tolerance_change().put(STANDING_STILL);
            options.history_size().put(MEMORY);
            options.line_search_fn().put(new BytePointer("strong_wolfe"));
            Loss closure = new Loss(new LBFGS(new TensorVector(parameters), options), loss);
            closure.optimizer.step(closure);
            closure.freeLast();
        }
    }
}
