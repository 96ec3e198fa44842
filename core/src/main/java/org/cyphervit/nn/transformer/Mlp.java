package org.cyphervit.nn.transformer;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Linear;

/**
 * Linear, exact (erf) GELU, linear: (..., D) to (..., D) through {@code hidden} values.
 *
 * @see <a href="https://arxiv.org/abs/1606.08415">Hendrycks and Gimpel 2016, Gaussian error linear units</a>
 * @see <a href="https://github.com/huggingface/pytorch-image-models/blob/main/timm/models/vision_transformer.py">timm's vision_transformer.py</a>
 */
public final class Mlp extends FeedForward {
    private final Linear fc1;
    private final Linear fc2;

    public Mlp(int width, int hidden, Init init) {
        fc1 = child("fc1", new Linear(width, hidden, init));
        fc2 = child("fc2", new Linear(hidden, width, init));
    }

    @Override
    public Tensor forward(Tensor x) {
        return fc2.forward(torch.gelu(fc1.forward(x)));
    }

    @Override
    public <V> V write(GraphWriter<V> graph, V x, String name) {
        return fc2.write(graph, graph.gelu(fc1.write(graph, x, name + ".fc1")), name + ".fc2");
    }
}
