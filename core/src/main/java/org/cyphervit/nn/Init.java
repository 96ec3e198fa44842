package org.cyphervit.nn;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.group.Group;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;

/**
 * What layers are built with: initial values of parameters, drawn from one seeded stream in the order of construction,
 * and the processes that train together.
 *
 * @param group whom layers ask that look at the whole batch: batch normalisation, centres, negatives
 * @see <a href="https://arxiv.org/abs/2104.14294">Caron 2021, Emerging properties in self-supervised vision transformers</a>
 * @see <a href="https://github.com/facebookresearch/dino/blob/main/utils.py">trunc_normal_ of DINO's utils.py</a>
 */
public record Init(SeededGenerator generator, Group group) {
    public Init(SeededGenerator generator) {
        this(generator, Group.singleProcess());
    }

    public Init(long seed, Device device) {
        this(new SeededGenerator(seed, device));
    }

    /** The same processes and device with draws from another seed. */
    public Init seeded(long seed) {
        return new Init(new SeededGenerator(seed, generator.device()), group);
    }

    /** The transformer's usual: N(0, .02^2), truncated. */
    public Tensor weight(long... shape) {
        return generator.truncatedNormal(0.02, shape);
    }

    public Tensor normal(double std, long... shape) {
        return generator.normal(std, shape);
    }

    public Tensor zeros(long... shape) {
        return torch.zeros(shape, Tensors.options(torch.ScalarType.Float, generator.device()));
    }

    public Tensor ones(long... shape) {
        return torch.ones(shape, Tensors.options(torch.ScalarType.Float, generator.device()));
    }

    public Tensor constant(double value, long... shape) {
        return ones(shape).mul(new org.bytedeco.pytorch.Scalar(value));
    }

    /** U(-1/sqrt(fanIn), 1/sqrt(fanIn)): PyTorch's default for linear and convolutional weights and biases. */
    public Tensor uniform(int fanIn, long... shape) {
        double bound = 1 / Math.sqrt(fanIn);
        return generator.uniform(-bound, bound, shape);
    }
}
