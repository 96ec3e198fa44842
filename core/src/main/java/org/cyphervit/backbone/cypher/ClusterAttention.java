package org.cyphervit.backbone.cypher;

import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.group.Group;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.nn.Linear;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * The bare attention of the semantic clustering block (CypherViT, Sci Rep 2024):
 *
 * <pre>
 * A_ij = softmax_j( W_p p_i . W_c c_j * scale + gamma_j )        Eq. 1
 * u_j  = W . sum_i A_ij W_v p_i / (sum_i A_ij + epsilon)         Eq. 2 without its residual C_j
 * </pre>
 *
 * The softmax is over the tokens, so patches are shared out among tokens and tokens compete for patches. Assignment and
 * normalisation are computed in float32 whatever the precision: in bfloat16 an empty cluster divides 0 by 0.
 *
 * @see <a href="https://arxiv.org/abs/2202.11094">Xu 2022, GroupViT</a>
 * @see <a href="https://github.com/NVlabs/GroupViT">GroupViT's code</a>
 */
final class ClusterAttention extends Layer {
    private static final double COSINE_EPS = 1e-6;

    private final ClusteringOptions options;
    private final Group group;
    private final int width;
    private final Linear patchProjection;
    private final Linear tokenProjection;
    private final Linear valueProjection;
    private final Linear outProjection;
    private final @Nullable Tensor bias;
    private final @Nullable Tensor center;

    /** @param tokens K, the number of tokens; used by a learned bias only */
    public ClusterAttention(int width, int tokens, ClusteringOptions options, Init init) {
        this.options = options;
        this.group = init.group();
        this.width = width;
        this.tokenProjection = child("W_c", projection(width, init));
        this.patchProjection = child("W_p", projection(width, init));
        this.valueProjection = child("W_v", projection(width, init));
        this.outProjection = child("W", projection(width, init));
        this.bias = options.noise() == ClusteringOptions.Noise.LEARNED ? parameter("gamma", init.zeros(tokens)) : null;
        this.center = options.centerMomentum() > 0 ? buffer("center", init.zeros(tokens)) : null;
    }

    // N(0, 1/D): with the transformer's .02 all assignments start equal (logits of .08), and what a token gathers
    // is lost beside the token itself, so that features of all images look alike and training does not get going.
    private static Linear projection(int width, Init init) {
        return new Linear(init.normal(1 / Math.sqrt(width), width, width), init.zeros(width));
    }

    /**
     * One clustering.
     *
     * @param update u_j, (B,K,D)
     * @param used the assignment that gathered the patches, (B,N,K): soft, or one-hot with the gradient of the soft one
     * @param soft softmax assignment without noise, (B,N,K), for phenotype maps; each row sums to 1
     */
    public record Clustered(Tensor update, Tensor used, Tensor soft) {}

    /**
     * @param patches (B,N,D)
     * @param tokens (B,K,D)
     */
    public Clustered forward(Tensor patches, Tensor tokens, ForwardMode mode) {
        Tensor p = patchProjection.forward(patches); // (B,N,D)
        Tensor c = tokenProjection.forward(tokens); // (B,K,D)
        Tensor v = valueProjection.forward(patches); // (B,N,D)
        Clustered gathered = Precision.inFloat32(patches.device(), () -> {
            Tensor logits = logits(p.to(ScalarType.Float), c.to(ScalarType.Float)); // (B,N,K)
            Tensor centred = center == null ? logits : centred(logits, center, mode);
            Tensor biased = bias == null ? centred : centred.add(bias);
            Tensor soft = torch.softmax(biased, -1);
            Tensor used = used(biased, soft, mode);
            Tensor mass = Tensors.sumKeeping(used, 1).add(new Scalar(options.epsilon())); // (B,1,K)
            Tensor mean = used.div(mass).transpose(1, 2).matmul(v.to(ScalarType.Float)); // (B,K,D)
            return new Clustered(mean, used, soft);
        });
        return new Clustered(outProjection.forward(gathered.update()), gathered.used(), gathered.soft());
    }

    private Tensor logits(Tensor p, Tensor c) {
        if (options.cosine()) {
            return Tensors.normalizeRows(p, COSINE_EPS)
                    .div(new Scalar(options.temperature()))
                    .matmul(Tensors.normalizeRows(c, COSINE_EPS).transpose(1, 2));
        }
        double scale = options.scaled() ? 1 / Math.sqrt((double) p.size(2)) : 1;
        return p.mul(new Scalar(scale / options.temperature())).matmul(c.transpose(1, 2));
    }

    // As batch normalisation (Ioffe 2015): the mean of the batch, with its gradient, in training; the running mean in
    // evaluation. A running mean in training, which has no gradient, winds up: the optimizer pushes the mean logit, the
    // forward pass takes it away, and nothing ends it until one token holds everything.
    private Tensor centred(Tensor logits, Tensor center, ForwardMode mode) {
        if (!mode.moving()) {
            return logits.sub(center);
        }
        Tensor mean = meanOfBatch(logits); // (K)
        try (NoGradGuard noGrad = new NoGradGuard()) {
            center.lerp_(mean.detach(), new Scalar(1 - options.centerMomentum()));
        }
        return logits.sub(mean);
    }

    // Over all processes, so that two ranks with half of the batch each do as one with all of it.
    private Tensor meanOfBatch(Tensor logits) {
        if (group.size() == 1) {
            return Tensors.mean(logits, 0, 1);
        }
        double count = (double) logits.size(0) * logits.size(1);
        Tensor own =
                Tensors.cat(List.of(Tensors.sum(logits, 0, 1), logits.new_full(new long[] {1}, new Scalar(count))), 0);
        Tensor total = Tensors.sum(group.gather(own.unsqueeze(0)), 0); // (K+1)
        long K = logits.size(2);
        return total.narrow(0, 0, K).div(total.narrow(0, K, 1));
    }

    private Tensor used(Tensor logits, Tensor soft, ForwardMode mode) {
        SeededGenerator generator = mode.generator();
        Tensor assignment = soft;
        if (generator != null && options.noise() == ClusteringOptions.Noise.GUMBEL) {
            assignment =
                    torch.softmax(logits.add(generator.gumbel(logits.size(0), logits.size(1), logits.size(2))), -1);
        }
        if (!options.hard()) {
            return assignment;
        }
        Tensor winner = assignment.argmax(new LongOptional(-1), true);
        Tensor oneHot = torch.zeros_like(assignment).scatter_(-1, winner, new Scalar(1));
        return oneHot.add(assignment).sub(assignment.detach()); // straight-through
    }

    /**
     * What a program makes of one clustering.
     *
     * @param update u_j, (B,K,D)
     * @param soft (B,N,K)
     */
    record Written<V>(V update, V soft) {}

    /**
     * Writes this layer, called {@code name}, into a program.
     *
     * @param tokenCount K
     */
    <V> Written<V> write(GraphWriter<V> graph, V patches, V tokens, int tokenCount, String name) {
        V p = patchProjection.write(graph, patches, name + ".W_p");
        V c = tokenProjection.write(graph, tokens, name + ".W_c");
        V logits = logits(graph, p, c); // (B,N,K)
        V centred = center == null ? logits : graph.subtract(logits, graph.parameter(name + ".center", center));
        V biased = bias == null ? centred : graph.add(centred, graph.parameter(name + ".gamma", bias));
        V soft = graph.softmax(biased);
        V used = options.hard() ? graph.oneHot(soft, tokenCount) : soft;
        V shares = graph.divide(used, graph.add(graph.sum(used, 1), options.epsilon()));
        V values = valueProjection.write(graph, patches, name + ".W_v");
        V mean = graph.matmul(graph.transpose(shares, 0, 2, 1), values);
        return new Written<>(outProjection.write(graph, mean, name + ".W"), soft);
    }

    private <V> V logits(GraphWriter<V> graph, V p, V c) {
        if (options.cosine()) {
            V directions = graph.multiply(graph.unitRows(p, COSINE_EPS), 1 / options.temperature());
            return graph.matmul(directions, graph.transpose(graph.unitRows(c, COSINE_EPS), 0, 2, 1));
        }
        double scale = options.scaled() ? 1 / Math.sqrt((double) width) : 1;
        return graph.matmul(graph.multiply(p, scale / options.temperature()), graph.transpose(c, 0, 2, 1));
    }
}
