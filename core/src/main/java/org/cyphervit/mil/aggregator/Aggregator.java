package org.cyphervit.mil.aggregator;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.nn.Layer;
import org.cyphervit.nn.Linear;
import org.cyphervit.torch.Precision;
import org.jspecify.annotations.Nullable;

/** A network from a bag of instances to one row of outputs. The order of the instances does not matter. */
public abstract class Aggregator extends Layer {
    /**
     * What a bag came to.
     *
     * @param outputs (1,C): logits of classes, a number, or a log risk
     * @param feature (1,H): of the whole bag, before the last linear layer
     * @param instances (N,H): what the feature is a mean of
     * @param scores (1,N): attention before the softmax; null where an aggregator does not attend
     */
    public record Pooled(
            Tensor outputs,
            Tensor feature,
            Tensor instances,
            @Nullable Tensor scores) {
        /** The mean of instances (N,H) weighted by scores (1,N), and what is said of it; in float32 whatever made them. */
        static Pooled of(Tensor instances, Tensor scores, Linear classifier) {
            return Precision.inFloat32(instances.device(), () -> {
                Tensor h = instances.to(ScalarType.Float);
                Tensor s = scores.to(ScalarType.Float);
                Tensor feature = torch.softmax(s, 1).matmul(h);
                return new Pooled(classifier.forward(feature), feature, h, s);
            });
        }

        /** The same with outputs that a loss can be made of. */
        public Pooled inFloat32() {
            return new Pooled(outputs.to(ScalarType.Float), feature, instances, scores);
        }

        /** (1,N), summing to 1: how much each instance counts; null where an aggregator does not attend. */
        public @Nullable Tensor attention() {
            return scores == null ? null : torch.softmax(scores, 1);
        }
    }

    /**
     * Pools a bag.
     *
     * @param features (N,D), N at least 1
     */
    public abstract Pooled forward(Tensor features, ForwardMode mode);

    /**
     * A pass as a program.
     *
     * @param outputs (1,C)
     * @param scores (1,N); null where an aggregator does not attend
     */
    public record Written<V>(V outputs, @Nullable V scores) {}

    /**
     * Writes the evaluation pass into a program.
     *
     * @param features (N,D)
     */
    public abstract <V> Written<V> write(GraphWriter<V> graph, V features);

    /**
     * What is minimised for a bag of a class.
     *
     * @param bagLoss cross-entropy of the outputs, a scalar
     * @param label of the bag
     */
    public Tensor loss(Pooled pooled, Tensor bagLoss, int label) {
        return bagLoss;
    }
}
