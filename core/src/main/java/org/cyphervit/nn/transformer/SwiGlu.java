package org.cyphervit.nn.transformer;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Linear;

/**
 * The gated feed-forward network SwiGLU (Shazeer 2020, https://arxiv.org/abs/2002.05202), {@code y = W2 (SiLU(x U) * x V)},
 * as DINOv2 and timm's {@code SwiGLUPacked} have it: U and V are the first and the second half of {@code fc1}.
 */
final class SwiGlu extends FeedForward {
    private final int hidden;
    private final Linear fc1;
    private final Linear fc2;

    /** @param hidden values after gating */
    public SwiGlu(int width, int hidden, Init init) {
        this.hidden = hidden;
        fc1 = child("fc1", new Linear(width, 2 * hidden, init));
        fc2 = child("fc2", new Linear(hidden, width, init));
    }

    @Override
    public Tensor forward(Tensor x) {
        Tensor both = fc1.forward(x); // (..., 2 hidden)
        Tensor gate = torch.silu(both.narrow(-1, 0, hidden));
        return fc2.forward(gate.mul(both.narrow(-1, hidden, hidden)));
    }

    @Override
    public <V> V write(GraphWriter<V> graph, V x, String name) {
        V both = fc1.write(graph, x, name + ".fc1"); // (B,N,2 hidden)
        V gate = graph.silu(graph.slice(both, 2, 0, hidden));
        V gated = graph.multiply(gate, graph.slice(both, 2, hidden, hidden));
        return fc2.write(graph, gated, name + ".fc2");
    }
}
