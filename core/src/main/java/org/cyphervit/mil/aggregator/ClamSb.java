package org.cyphervit.mil.aggregator;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Linear;
import org.cyphervit.torch.Tensors;

/**
 * CLAM with a single attention branch (Lu 2021), gated. Besides the bag's loss a classifier of instances learns for the
 * bag's class that the k most attended are of it and the k least attended are not; with subtyping, that the k most attended
 * are not of the other classes. Parameters are named as in the authors' code.
 *
 * <p>Differs from it where a bag has fewer than k instances: all of them are taken, where the original fails. Numbers and
 * survival have no classes, and so no instance loss.
 */
final class ClamSb extends Aggregator {
    private final AggregatorOptions.Clam options;
    private final double dropout;
    private final Linear embedding;
    private final GatedAttention attention;
    private final Linear classifiers;
    private final List<Linear> instanceClassifiers = new ArrayList<>();

    ClamSb(int width, int outputs, AggregatorOptions options, Init init) {
        if (options.hidden() == 0) {
            throw new UserError("CLAM attends to hidden features; give it a hidden width of at least 1.");
        }
        this.options = options.clam();
        this.dropout = options.dropout();
        int hidden = options.hidden();
        this.embedding = child("attention_net.0", Dense.linear(width, hidden, init));
        this.attention = new GatedAttention(
                child("attention_net.3.attention_a.0", Dense.linear(hidden, options.attention(), init)),
                child("attention_net.3.attention_b.0", Dense.linear(hidden, options.attention(), init)),
                child("attention_net.3.attention_c", Dense.linear(options.attention(), 1, init)),
                dropout);
        this.classifiers = child("classifiers", Dense.linear(hidden, outputs, init));
        for (int c = 0; c < outputs; c++) {
            instanceClassifiers.add(child("instance_classifiers." + c, Dense.linear(hidden, 2, init)));
        }
    }

    @Override
    public Pooled forward(Tensor features, ForwardMode mode) {
        Tensor h = Dense.dropout(torch.relu(embedding.forward(features)), dropout, mode); // (N,H)
        Tensor scores = attention.scores(h, mode); // (1,N)
        return Pooled.of(h, scores, classifiers);
    }

    // What judges instances is for training alone.
    @Override
    public <V> Written<V> write(GraphWriter<V> graph, V features) {
        V h = graph.relu(embedding.write(graph, features, "embedding"));
        V scores = attention.write(graph, h);
        V feature = graph.matmul(graph.softmax(scores), h);
        return new Written<>(classifiers.write(graph, feature, "classifiers"), scores);
    }

    @Override
    public Tensor loss(Pooled pooled, Tensor bagLoss, int label) {
        double weight = options.bagWeight();
        return bagLoss.mul(new Scalar(weight)).add(instanceLoss(pooled, label).mul(new Scalar(1 - weight)));
    }

    /** The instances' loss alone. */
    Tensor instanceLoss(Pooled pooled, int label) {
        Tensor attended = torch.softmax(Objects.requireNonNull(pooled.scores()), 1)
                .detach()
                .squeeze(0); // (N)
        long k = Math.min(options.instances(), attended.size(0));
        Tensor most = attended.topk(k).get1();
        Tensor least = attended.neg().topk(k).get1();
        Tensor own = instanceClassifiers.get(label).forward(pooled.instances().index_select(0, both(most, least)));
        Tensor loss = options.loss().of(own, labels(k, 1, k, 0, own));
        if (!options.subtyping()) {
            return loss;
        }
        for (int c = 0; c < instanceClassifiers.size(); c++) {
            if (c != label) {
                Tensor other =
                        instanceClassifiers.get(c).forward(pooled.instances().index_select(0, most));
                loss = loss.add(options.loss().of(other, labels(k, 0, 0, 0, other)));
            }
        }
        return loss.div(new Scalar(instanceClassifiers.size()));
    }

    private static Tensor both(Tensor first, Tensor second) {
        return Tensors.cat(List.of(first, second), 0);
    }

    // So many of a label, then so many of another, on the device of the logits.
    private static Tensor labels(long n, long label, long m, long other, Tensor logits) {
        long[] labels = new long[(int) (n + m)];
        java.util.Arrays.fill(labels, 0, (int) n, label);
        java.util.Arrays.fill(labels, (int) n, labels.length, other);
        return Tensors.of(labels, labels.length).to(logits.device(), ScalarType.Long);
    }
}
