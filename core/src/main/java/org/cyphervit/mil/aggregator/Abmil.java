package org.cyphervit.mil.aggregator;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Linear;
import org.jspecify.annotations.Nullable;

/**
 * Attention-based MIL (Ilse 2018): the mean of the instances weighted by gated attention (Eq. 7 and 9), and a linear layer.
 * Parameters are named as in the authors' code. With one output its sigmoid is their probability.
 */
final class Abmil extends Aggregator {
    private final @Nullable Linear embedding;
    private final GatedAttention attention;
    private final Linear classifier;
    private final double dropout;

    Abmil(int width, int outputs, AggregatorOptions options, Init init) {
        int hidden = options.hidden();
        this.dropout = options.dropout();
        this.embedding = hidden == 0 ? null : child("embedding.0", Dense.linear(width, hidden, init));
        int attended = hidden == 0 ? width : hidden;
        this.attention = new GatedAttention(
                child("attention_V.0", Dense.linear(attended, options.attention(), init)),
                child("attention_U.0", Dense.linear(attended, options.attention(), init)),
                child("attention_w", Dense.linear(options.attention(), 1, init)),
                dropout);
        this.classifier = child("classifier.0", Dense.linear(attended, outputs, init));
    }

    @Override
    public Pooled forward(Tensor features, ForwardMode mode) {
        Tensor h = embedding == null
                ? features
                : Dense.dropout(torch.relu(embedding.forward(features)), dropout, mode); // (N,H)
        Tensor scores = attention.scores(h, mode); // (1,N)
        return Pooled.of(h, scores, classifier);
    }

    @Override
    public <V> Written<V> write(GraphWriter<V> graph, V features) {
        V h = embedding == null ? features : graph.relu(embedding.write(graph, features, "embedding"));
        V scores = attention.write(graph, h);
        V feature = graph.matmul(graph.softmax(scores), h);
        return new Written<>(classifier.write(graph, feature, "classifier"), scores);
    }
}
