package org.cyphervit.nn.transformer;

import org.bytedeco.pytorch.Tensor;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.nn.Layer;

/** The part of a transformer block that works on each token alone: (..., D) to (..., D). */
abstract class FeedForward extends Layer {
    public abstract Tensor forward(Tensor x);

    /** Writes this layer, called {@code name}, into a program. */
    public abstract <V> V write(GraphWriter<V> graph, V x, String name);
}
