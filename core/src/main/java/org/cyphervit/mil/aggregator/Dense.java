package org.cyphervit.mil.aggregator;

import java.nio.FloatBuffer;
import java.util.random.RandomGenerator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Linear;
import org.cyphervit.torch.Tensors;

/** Linear layers as CLAM starts them, and dropout. */
final class Dense {
    private static final int LANES = 4;
    private static final long LANE = 0xffff;
    private static final int BLOCK = 4096;

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
        return x.mul(Tensors.onto(mask(draws.generator(), 1 - probability, Tensors.shape(x)), draws.device()));
    }

    // 1 / kept with that probability, else 0, at a resolution of 16 bits: LibTorch draws one double for each value,
    // which takes as long as the products of attention do.
    private static Tensor mask(RandomGenerator random, double kept, long... shape) {
        Tensor mask = torch.empty(shape);
        FloatBuffer values = Tensors.buffer(mask).asFloatBuffer();
        long bar = Math.round(kept * (LANE + 1));
        float raised = (float) (1 / kept);
        float[] block = new float[BLOCK];
        while (values.hasRemaining()) {
            for (int i = 0; i < BLOCK; i += LANES) {
                long bits = random.nextLong();
                for (int lane = 0; lane < LANES; lane++) {
                    long below =
                            (((bits >>> (16 * lane)) & LANE) - bar) >>> 63; // 1 or 0, without a branch to mispredict
                    block[i + lane] = raised * below;
                }
            }
            values.put(block, 0, Math.min(BLOCK, values.remaining()));
        }
        return mask;
    }
}
