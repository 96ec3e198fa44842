package org.cyphervit.mil.fit;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.mil.aggregator.Aggregator;
import org.cyphervit.mil.aggregator.AggregatorKind;
import org.cyphervit.mil.aggregator.AggregatorOptions;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.torch.Tensors;

/**
 * An aggregator with the scaling of its input: each feature with mean 0 and standard deviation 1 over the tiles that were
 * trained on, so that one set of learning rates serves all encoders. Numbers are learnt on the same scale and given back on
 * their own.
 */
public final class SlideNet extends Layer {
    private final Tensor mean; // (1,D)
    private final Tensor std; // (1,D)
    private final Tensor outputMean; // (1)
    private final Tensor outputStd; // (1)
    private final Aggregator aggregator;

    /** A new network whose scaling changes nothing yet. */
    public SlideNet(AggregatorKind kind, int width, int outputs, AggregatorOptions options, Init init) {
        this.mean = buffer("mean", init.zeros(1, width));
        this.std = buffer("std", init.ones(1, width));
        this.outputMean = buffer("output_mean", init.zeros(1));
        this.outputStd = buffer("output_std", init.ones(1));
        this.aggregator = child("aggregator", kind.build(width, outputs, options, init));
    }

    /** Sets the scaling of the features. */
    void scale(float[] means, float[] deviations) {
        mean.copy_(Tensors.of(means, 1, means.length));
        std.copy_(Tensors.of(deviations, 1, deviations.length));
    }

    /** Sets the scale of the numbers. */
    void scaleOutput(double center, double deviation) {
        outputMean.fill_(new org.bytedeco.pytorch.Scalar(center));
        outputStd.fill_(new org.bytedeco.pytorch.Scalar(deviation));
    }

    /** Pools a bag of features (N,D); outputs are on the scale of training. */
    public Aggregator.Pooled forward(Tensor features, ForwardMode mode) {
        return pool(features.sub(mean).div(std), mode);
    }

    /** Scales features in place, which spares two copies of a bag. */
    void scale(Tensor features) {
        try (NoGradGuard noGrad = new NoGradGuard()) {
            features.sub_(mean).div_(std);
        }
    }

    /** Pools a bag whose features are scaled already. */
    Aggregator.Pooled pool(Tensor scaled, ForwardMode mode) {
        return aggregator.forward(scaled, mode);
    }

    /** The outputs on their own scale, (1,C). */
    public Tensor unscaled(Tensor outputs) {
        return outputs.mul(outputStd).add(outputMean);
    }

    /**
     * Writes the evaluation pass into a program; outputs are on their own scale.
     *
     * @param features (N,D)
     */
    <V> Aggregator.Written<V> write(GraphWriter<V> graph, V features) {
        V centred = graph.subtract(features, graph.parameter("mean", mean));
        V scaled = graph.divide(centred, graph.parameter("std", std));
        Aggregator.Written<V> written = aggregator.write(graph, scaled);
        V outputs = graph.add(
                graph.multiply(written.outputs(), graph.parameter("output_std", outputStd)),
                graph.parameter("output_mean", outputMean));
        return new Aggregator.Written<>(outputs, written.scores());
    }

    /** A number on the scale of training. */
    Tensor scaled(double number) {
        return outputMean.neg().add(new org.bytedeco.pytorch.Scalar(number)).div(outputStd);
    }

    Aggregator aggregator() {
        return aggregator;
    }

    Device device() {
        return mean.device();
    }
}
