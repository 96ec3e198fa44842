package org.cyphervit.mil.aggregator;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.nn.Linear;

/**
 * Gated attention scores (Ilse 2018, Eq. 9, before the softmax): {@code w (tanh(V h) * sigmoid(U h))}. The layers are
 * registered by the aggregator, under the names that its authors gave them.
 *
 * @param v (H,A)
 * @param u (H,A)
 * @param w (A,1)
 */
record GatedAttention(Linear v, Linear u, Linear w, double dropout) {
    /** (N,H) to (1,N). */
    Tensor scores(Tensor h, ForwardMode mode) {
        Tensor a = Dense.dropout(torch.tanh(v.forward(h)), dropout, mode);
        Tensor b = Dense.dropout(torch.sigmoid(u.forward(h)), dropout, mode);
        return w.forward(a.mul(b)).t();
    }

    /** The same as a program. */
    <V> V write(GraphWriter<V> graph, V h) {
        V gated = graph.multiply(
                graph.tanh(v.write(graph, h, "attention.v")), graph.sigmoid(u.write(graph, h, "attention.u")));
        return graph.transpose(w.write(graph, gated, "attention.w"), 1, 0);
    }
}
