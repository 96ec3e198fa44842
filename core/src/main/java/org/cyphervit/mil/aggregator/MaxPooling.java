package org.cyphervit.mil.aggregator;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Linear;

/** The largest value of each feature over the instances, and a linear layer. */
final class MaxPooling extends Aggregator {
    private final Linear classifier;
    private final double dropout;

    MaxPooling(int width, int outputs, AggregatorOptions options, Init init) {
        this.classifier = child("classifier", Dense.linear(width, outputs, init));
        this.dropout = options.dropout();
    }

    @Override
    public Pooled forward(Tensor features, ForwardMode mode) {
        Tensor max = torch.amax(features, new long[] {0}, true);
        return new Pooled(classifier.forward(Dense.dropout(max, dropout, mode)), max, features, null);
    }

    @Override
    public <V> Written<V> write(GraphWriter<V> graph, V features) {
        V pooled = graph.reshape(graph.max(features, 0), 1, -1);
        return new Written<>(classifier.write(graph, pooled, "classifier"), null);
    }
}
