package org.cyphervit.mil.aggregator;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.nn.Linear;

/**
 * Gated attention scores (Ilse 2018, Eq. 9, before the softmax): {@code w (tanh(V h) * sigmoid(U h))}. The layers are
 * registered by the aggregator, under the names that its authors gave them. Dropout of both factors is one of their product,
 * which is zero as often and raised as much.
 *
 * @param v (H,A)
 * @param u (H,A)
 * @param w (A,1)
 */
record GatedAttention(Linear v, Linear u, Linear w, double dropout) {
    /** (N,H) to (1,N). */
    Tensor scores(Tensor h, ForwardMode mode) {
        Tensor gated = torch.tanh(v.forward(h)).mul(torch.sigmoid(u.forward(h)));
        return w.forward(Dense.dropout(gated, 1 - (1 - dropout) * (1 - dropout), mode))
                .t();
    }

    /** The same as a program. */
    <V> V write(GraphWriter<V> graph, V h) {
        V gated = graph.multiply(
                graph.tanh(v.write(graph, h, "attention.v")), graph.sigmoid(u.write(graph, h, "attention.u")));
        return graph.transpose(w.write(graph, gated, "attention.w"), 1, 0);
    }
}
