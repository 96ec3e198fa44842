package org.cyphervit.mil.aggregator;

import org.bytedeco.pytorch.Tensor;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Linear;
import org.cyphervit.torch.Tensors;

/** The mean of the instances and a linear layer: the baseline that attention has to beat. */
final class MeanPooling extends Aggregator {
    private final Linear classifier;
    private final double dropout;

    MeanPooling(int width, int outputs, AggregatorOptions options, Init init) {
        this.classifier = child("classifier", Dense.linear(width, outputs, init));
        this.dropout = options.dropout();
    }

    @Override
    public Pooled forward(Tensor features, ForwardMode mode) {
        Tensor mean = Tensors.mean(features, 0).unsqueeze(0);
        return new Pooled(classifier.forward(Dense.dropout(mean, dropout, mode)), mean, features, null);
    }

    @Override
    public <V> Written<V> write(GraphWriter<V> graph, V features) {
        V pooled = graph.reshape(graph.mean(features, 0), 1, -1);
        return new Written<>(classifier.write(graph, pooled, "classifier"), null);
    }
}
