package org.cyphervit.ssl.loss;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * InfoNCE (van den Oord 2018, <a href="https://arxiv.org/abs/1807.03748">arXiv:1807.03748</a>) in the form of MoCo
 * v3 (Chen 2021, "An empirical study of training self-supervised vision transformers",
 * <a href="https://arxiv.org/abs/2104.02057">arXiv:2104.02057</a>, Eq. 1 and Algorithm 1): the query of an image
 * must find its own key k+ among all. With q and k of length 1,
 *
 * <pre>L = -2 tau log( exp(q . k+ / tau) / sum_k exp(q . k / tau) )</pre>
 *
 * <p>The factor 2 tau, as in the official code, makes gradients independent of tau. It is one direction; MoCo v3
 * adds both. A queue of earlier keys (He 2020, <a href="https://arxiv.org/abs/1911.05722">arXiv:1911.05722</a>) may
 * add negatives.
 */
public final class InfoNceLoss {
    private InfoNceLoss() {}

    /**
     * The mean over the queries.
     *
     * @param queries (B,D)
     * @param keys of all processes, (W*B,D), without gradient; this process's in the order of its queries
     * @param own where this process's keys begin
     * @param earlier normalised keys that are no one's positive, (Q,D), or null
     */
    public static Tensor value(Tensor queries, Tensor keys, long own, @Nullable Tensor earlier, double temperature) {
        Tensor q = Tensors.normalizeRows(queries.to(ScalarType.Float), 1e-12);
        Tensor k = Tensors.normalizeRows(keys.to(ScalarType.Float), 1e-12);
        Tensor all = earlier == null ? k : Tensors.cat(List.of(k, earlier), 0);
        Tensor scores =
                Precision.inFloat32(q.device(), () -> q.matmul(all.t())).div(new Scalar(temperature)); // (B,W*B+Q)
        Tensor positive = torch.arange(
                new Scalar(own), new Scalar(own + q.size(0)), Tensors.options(ScalarType.Long, q.device()));
        return torch.cross_entropy_loss(scores, positive).mul(new Scalar(2 * temperature));
    }
}
