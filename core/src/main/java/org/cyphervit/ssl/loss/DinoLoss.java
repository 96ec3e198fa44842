package org.cyphervit.ssl.loss;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.group.Group;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.torch.Tensors;

/**
 * DINO's loss (Caron 2021, "Emerging properties in self-supervised vision transformers",
 * <a href="https://arxiv.org/abs/2104.14294">arXiv:2104.14294</a>, Eq. 1 and Algorithm 1; the CypherViT paper's Eq.
 * 3; official code <a href="https://github.com/facebookresearch/dino">facebookresearch/dino</a>): the mean, over
 * images and over pairs of a global view g and another view v, of
 *
 * <pre>H(g, v) = -sum_k q_gk log p_vk,   q_g = softmax((t_g - c) / tau_t),   p_v = softmax(s_v / tau_s)</pre>
 *
 * <p>with the teacher's scores t, the student's s and the centre c, a moving average of the teacher's mean score.
 * There is no gradient through q. A view makes no pair with itself.
 *
 * <p>Since q sums to 1, {@code -q . log softmax(s) = logsumexp(s) - q . s}. Summed over the pairs this takes one
 * pass over the student's scores, whatever the number of views. No known deviation from the official code.
 */
public final class DinoLoss extends Layer {
    private final Tensor center;
    private final Group group;

    /** @param out K, the number of prototypes */
    public DinoLoss(int out, Init init) {
        this.group = init.group();
        this.center = buffer("center", init.zeros(1, out));
    }

    /**
     * The loss and what it tells.
     *
     * @param value scalar
     * @param teacherEntropy mean entropy of the teacher's targets, nats; ln K is uniform, 0 is one-hot
     */
    public record Value(Tensor value, Tensor teacherEntropy) {}

    /**
     * The loss with targets that the centre balances. The centre stays; {@link #updateCenter} moves it afterwards.
     *
     * @param student scores of all views, (V*B,K), the global views first
     * @param teacher scores of the global views, (G*B,K)
     * @param views V
     * @param globals G
     */
    public Value forward(
            Tensor student,
            Tensor teacher,
            int views,
            int globals,
            double studentTemperature,
            double teacherTemperature) {
        Tensor targets;
        try (NoGradGuard noGrad = new NoGradGuard()) {
            Tensor centred = teacher.detach().to(ScalarType.Float).sub(center);
            targets = torch.softmax(centred.div(new Scalar(teacherTemperature)), -1);
        }
        return crossEntropy(student, targets, views, globals, studentTemperature);
    }

    /**
     * The same for given targets, such as those of {@link SinkhornKnopp}.
     *
     * @param targets q, (G*B,K), whose rows sum to 1
     */
    public static Value crossEntropy(
            Tensor student, Tensor targets, int views, int globals, double studentTemperature) {
        long B = targets.size(0) / globals;
        long K = targets.size(1);
        Tensor q = targets.reshape(globals, B, K);
        Tensor entropy;
        try (NoGradGuard noGrad = new NoGradGuard()) {
            entropy = torch.xlogy(q, q).sum().div(new Scalar((double) -globals * B));
        }
        Tensor s =
                student.to(ScalarType.Float).div(new Scalar(studentTemperature)).reshape(views, B, K);
        Tensor lse = torch.logsumexp(s, 2); // (V,B)
        // View j is paired with every global view but itself.
        Tensor own = s.narrow(0, 0, globals);
        Tensor crossed = q.sum(new long[] {0})
                .mul(s.sum(new long[] {0}))
                .sum()
                .sub(q.mul(own).sum());
        Tensor normalizers = lse.sum()
                .mul(new Scalar((double) globals))
                .sub(lse.narrow(0, 0, globals).sum());
        double pairs = (double) globals * (views - 1);
        return new Value(normalizers.sub(crossed).div(new Scalar(pairs * B)), entropy);
    }

    /**
     * Moves the centre, after the loss that used it: {@code c = m c + (1 - m) mean(t)}, the mean over all
     * processes.
     *
     * @param teacher scores, (n,K)
     * @param momentum m
     */
    public void updateCenter(Tensor teacher, double momentum) {
        try (NoGradGuard noGrad = new NoGradGuard()) {
            Tensor mean = group.mean(Tensors.mean(teacher.detach().to(ScalarType.Float), 0))
                    .unsqueeze(0);
            center.mul_(new Scalar(momentum)).add_(mean, new Scalar(1 - momentum));
        }
    }

    /** The centre c, (1,K). */
    public Tensor center() {
        return center;
    }
}
