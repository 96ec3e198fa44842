package org.cyphervit.nn;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The operations in which layers and backbones write down their evaluation pass, so that each tells its structure once
 * and formats such as ONNX and TorchScript only spell the operations. Reshaping gives the batch as -1.
 *
 * @param <V> a value of the program
 */
public interface GraphWriter<V> {
    /**
     * A weight.
     *
     * @param name its name in the program; the same name stands for the same tensor
     */
    V parameter(String name, Tensor value);

    V add(V a, V b);

    V add(V a, double constant);

    V subtract(V a, V b);

    V multiply(V a, V b);

    V multiply(V a, double constant);

    V divide(V a, V b);

    /** Matrix products over the last two dimensions; the others are broadcast. */
    V matmul(V a, V b);

    /**
     * {@code x W^T + b}.
     *
     * @param name of the layer; its weights are called {@code name.weight} and {@code name.bias}
     * @param weight (out, in)
     * @param bias (out), or none
     */
    V linear(V x, String name, Tensor weight, @Nullable Tensor bias);

    /** Normalisation over the last dimension with the weights {@code name.weight} and {@code name.bias}. */
    V layerNorm(V x, String name, Tensor weight, Tensor bias, double eps);

    /** Exact, by the error function. */
    V gelu(V x);

    /** {@code x sigmoid(x)}. */
    V silu(V x);

    V relu(V x);

    V tanh(V x);

    V sigmoid(V x);

    /** Over the last dimension. */
    V softmax(V x);

    /** Rows of the last dimension divided by their L2 norm, of at least {@code eps}. */
    V unitRows(V x, double eps);

    /** 1 at the largest of the last dimension (the first of equals), else 0. */
    V oneHot(V x, long size);

    V reshape(V x, long... shape);

    V transpose(V x, int... order);

    V slice(V x, int dimension, long start, long length);

    V concat(int dimension, List<V> parts);

    /** (1,n,D) repeated for each image of the batch of {@code like}: (B,n,D). */
    V repeat(V x, V like, long n, long width);

    /** Over a dimension, which stays with size 1. */
    V sum(V x, int dimension);

    /** Over a dimension, which goes. */
    V mean(V x, int dimension);

    /** The largest along a dimension, which goes. */
    V max(V x, int dimension);
}
