package org.cyphervit.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.Features;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * How rich features are, and whether CypherViT's tokens tell phenotypes apart. {@code rankme}: how many directions the
 * features of a batch use, exp of the entropy of their normalised singular values (Garrido 2023), at most the smaller of
 * batch and width. {@code token_similarity}: mean cosine between different final tokens of an image, 1 when all say the
 * same. {@code assignment_entropy_s}: mean entropy of a patch's assignment in stage s over
 * ln K_s, 1 when patches are spread evenly, 0 when each has one token. {@code assignment_balance_s}: entropy of the mean
 * assignment in stage s over ln K_s, 1 when all its tokens hold equal shares. {@code token_balance}: entropy of the mean
 * roll-out over ln K, 1 when all tokens hold equal shares, 0 when one holds everything.
 */
final class EncoderMetrics {
    private EncoderMetrics() {}

    /** Measures of one batch (B,3,S,S); those of tokens only for a backbone with assignments. */
    static Map<String, Double> of(Backbone encoder, Tensor images) {
        Map<String, Double> measures = new LinkedHashMap<>();
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Features features = encoder.forward(images, ForwardMode.evaluation());
            measures.put("rankme", rank(features.pooled()));
            Tensor rollout = features.rollout();
            if (rollout == null) {
                return measures;
            }
            measures.put("token_similarity", similarity(features.tokens()));
            List<Tensor> assignments = features.assignments();
            for (int s = 0; s < assignments.size(); s++) {
                measures.put("assignment_entropy_" + s, entropy(assignments.get(s)));
                measures.put("assignment_balance_" + s, entropy(Tensors.mean(assignments.get(s), 0, 1)));
            }
            measures.put("token_balance", entropy(Tensors.mean(rollout, 0, 1)));
        }
        return measures;
    }

    private static double rank(Tensor features) {
        Tensor singular = torch.linalg_svdvals(features.to(torch.ScalarType.Float));
        Tensor shares = singular.div(singular.sum()).add(new Scalar(1e-7));
        return Math.exp(-shares.mul(shares.log()).sum().item_double());
    }

    private static double similarity(Tensor tokens) {
        long k = tokens.size(1);
        if (k < 2) {
            return 1;
        }
        Tensor unit =
                tokens.div(tokens.norm(new org.bytedeco.pytorch.ScalarOptional(new Scalar(2)), new long[] {2}, true)
                        .clamp_min(new Scalar(1e-12)));
        double all = unit.matmul(unit.transpose(1, 2)).mean().item_double(); // with the diagonal of ones
        return (all * k - 1) / (k - 1);
    }

    private static double entropy(Tensor rows) {
        long k = rows.size(-1);
        Tensor logs = rows.clamp_min(new Scalar(1e-12)).log();
        double mean = Tensors.sum(rows.mul(logs).neg(), -1).mean().item_double();
        return k < 2 ? 0 : mean / Math.log(k);
    }
}
