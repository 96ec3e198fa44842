package org.cyphervit.ssl.loss;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.group.Group;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Tensors;

/**
 * SimCLR's normalised temperature-scaled cross-entropy (Chen 2020, "A simple framework for contrastive learning of
 * visual representations", <a href="https://arxiv.org/abs/2002.05709">arXiv:2002.05709</a>, Eq. 1). With the cosine
 * similarity sim of the 2B projections z of a batch, of which z_i and z_j are the two views of one image,
 *
 * <pre>l(i, j) = -log( exp(sim(z_i, z_j) / tau) / sum_{k != i} exp(sim(z_i, z_k) / tau) )</pre>
 *
 * <p>and the mean over all ordered pairs of partners. Deviation from google-research/simclr: that code adds the
 * means of both directions, which is twice this value.
 */
public final class NtXentLoss {
    private NtXentLoss() {}

    /**
     * The mean over the 2B rows of this process; negatives are the rows of all processes.
     *
     * @param projections (2B,D): first all first views, then all second views in the same order
     */
    public static Tensor value(Tensor projections, double temperature, Group group) {
        long rows = projections.size(0);
        long first = group.rank() * rows;
        Tensor unit = Tensors.normalizeRows(projections.to(ScalarType.Float), 1e-12);
        Tensor all = group.gather(unit); // (W*2B,D)
        Tensor similarity = Precision.inFloat32(unit.device(), () -> unit.matmul(all.t()))
                .div(new Scalar(temperature)); // (2B,W*2B)
        Tensor own = torch.arange(new Scalar(rows), Tensors.options(ScalarType.Long, projections.device()));
        Tensor self = own.add(new Scalar(first)).unsqueeze(1);
        Tensor scores = similarity.scatter(1, self, new Scalar(Double.NEGATIVE_INFINITY));
        Tensor partner =
                own.add(new Scalar(rows / 2)).remainder(new Scalar(rows)).add(new Scalar(first));
        return torch.cross_entropy_loss(scores, partner);
    }
}
