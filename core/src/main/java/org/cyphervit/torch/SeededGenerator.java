package org.cyphervit.torch;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Seeded random tensors. Draws are made on the CPU and moved, so that a run draws the same numbers on every device.
 *
 * <p>Training re-seeds before each step with {@link #at}, so the state of the generator follows from (seed, step) alone
 * and a resumed run needs no generator state to be bit-identical.
 */
public final class SeededGenerator {
    private final long seed;
    private final Device device;
    private final Generator generator;
    private final GeneratorOptional optional;

    public SeededGenerator(long seed, Device device) {
        this.seed = seed;
        this.device = device;
        this.generator = torch.make_generator_cpu(mix(seed, 0));
        this.optional = new GeneratorOptional(generator);
        generator.retainReference();
        optional.retainReference();
    }

    /** Rewinds to the start of the stream that belongs to this step; returns this. */
    public SeededGenerator at(long step) {
        generator.set_current_seed(mix(seed, step));
        return this;
    }

    /** Where the stream is, for {@link #restore}. */
    Tensor state() {
        return generator.get_state();
    }

    /** Goes back to where the stream was. */
    void restore(Tensor state) {
        generator.set_state(state);
    }

    public Device device() {
        return device;
    }

    /** U(low, high). */
    public Tensor uniform(double low, double high, long... shape) {
        return onDevice(torch.empty(shape).uniform_(low, high, optional));
    }

    /** N(0, std^2). */
    public Tensor normal(double std, long... shape) {
        return onDevice(torch.empty(shape).normal_(0, std, optional));
    }

    /** N(0, std^2) truncated to [-2, 2] in absolute value, as {@code trunc_normal_} of timm and DINO: by inverse CDF. */
    public Tensor truncatedNormal(double std, long... shape) {
        double bound = torch.tensor(2.0 / std / Math.sqrt(2.0)).erf().item_double();
        Tensor uniform = torch.empty(shape).uniform_(-bound, bound, optional);
        Tensor normal = uniform.erfinv_()
                .mul_(new Scalar(std * Math.sqrt(2.0)))
                .clamp_(new ScalarOptional(new Scalar(-2.0)), new ScalarOptional(new Scalar(2.0)));
        return onDevice(normal);
    }

    /** Gumbel(0, 1): -ln E with E ~ Exp(1). */
    public Tensor gumbel(long... shape) {
        return onDevice(torch.empty(shape).exponential_(1.0, optional).log_().neg_());
    }

    /** 1 with the given probability, else 0. */
    public Tensor bernoulli(double probability, long... shape) {
        return onDevice(torch.empty(shape).bernoulli_(probability, optional));
    }

    /** A Java generator that follows from the state of this one; advances it. */
    public RandomGenerator generator() {
        long[] bits = new long[2];
        for (int i = 0; i < 2; i++) {
            bits[i] = Double.doubleToLongBits(
                    torch.empty(1).uniform_(0.5, 1, optional).item_double());
        }
        return new SplittableRandom(mix(bits[0], bits[1]));
    }

    private Tensor onDevice(Tensor drawn) {
        return Tensors.onto(drawn, device);
    }

    /** A well-mixed 63-bit seed of two numbers (the finalizer of SplitMix64). */
    public static long mix(long seed, long stream) {
        long z = seed * 0x9E3779B97F4A7C15L + stream + 0x632BE59BD9B4E019L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return (z ^ (z >>> 31)) & Long.MAX_VALUE;
    }
}
