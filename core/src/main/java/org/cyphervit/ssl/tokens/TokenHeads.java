package org.cyphervit.ssl.tokens;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.backbone.BackboneConfig;
import org.cyphervit.backbone.Features;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.nn.Linear;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Tensors;

/**
 * A linear head per target on the token that has it, or on the share of the view that this token holds. Losses are such that
 * 1 means nothing learnt: the squared error in units of the target's variance (1 - R^2), or the cross-entropy over ln C.
 */
final class TokenHeads extends Layer {
    private static final double DECAY = 0.99;
    private static final double SLOPE = 10;

    private final List<TargetValues.Target> targets;
    private final TokenTargetOptions.Through through;
    private final List<Linear> heads = new ArrayList<>();
    private final Tensor moments;

    TokenHeads(
            List<TargetValues.Target> targets, TokenTargetOptions.Through through, BackboneConfig backbone, Init init) {
        this.targets = targets;
        this.through = through;
        for (TargetValues.Target target : targets) {
            int out = Math.max(1, target.classes());
            Linear head = through == TokenTargetOptions.Through.TOKEN
                    ? new Linear(backbone.width(), out, init)
                    : ofShare(backbone.finalTokens(), out, init);
            heads.add(child("head." + target.token(), head));
        }
        // Running sums of each target's 1, value and square, so that a value is learnt in units of its own deviation.
        this.moments = buffer("moments", init.zeros(3, targets.size()));
    }

    // Scores rise with the share, by one for each tenth, from 0 at an even share: a value, or the odds of each later
    // class.
    private static Linear ofShare(int tokens, int out, Init init) {
        Tensor rise = out == 1
                ? init.ones(1, 1)
                : torch.arange(new Scalar(out))
                        .reshape(out, 1)
                        .to(init.generator().device(), ScalarType.Float);
        Tensor slope = rise.mul(new Scalar(SLOPE));
        return new Linear(slope, slope.flatten().div(new Scalar((double) -tokens)));
    }

    /** Operations of the heads' matrix products per view. */
    double operations() {
        return heads.stream().mapToDouble(Linear::operations).sum();
    }

    /** What targets are read from: the final tokens, (B,K,D), or the share of the view that each holds, (B,K,1). */
    Tensor read(Features features) {
        if (through == TokenTargetOptions.Through.TOKEN) {
            return features.tokens();
        }
        Tensor rollout = Objects.requireNonNull(features.rollout(), "a backbone with assignments");
        return Tensors.mean(rollout, 1).unsqueeze(-1);
    }

    /**
     * @param tokens what {@link #read} gave for all views, (V*B,K,...)
     * @param truth (V*B,T), NaN where unknown
     * @return each target's loss; 0 where a batch knows no truth
     */
    List<Tensor> losses(Tensor tokens, Tensor truth) {
        follow(truth);
        List<Tensor> losses = new ArrayList<>();
        for (int t = 0; t < targets.size(); t++) {
            TargetValues.Target target = targets.get(t);
            long k = Math.min(target.token(), tokens.size(1) - 1); // a ViT's one token has them all
            Linear head = heads.get(t);
            Tensor said = Precision.inFloat32( // a share in bfloat16 would lose the third digit
                    tokens.device(), () -> head.forward(tokens.select(1, k).to(ScalarType.Float)));
            Tensor column = truth.select(1, t);
            Tensor known = column.isfinite();
            Tensor filled = column.nan_to_num().clone();
            Tensor count = known.sum().clamp_min(new Scalar(1));
            Tensor each = target.classes() > 0 ? crossEntropy(said, filled) : squared(said.squeeze(1), filled, t);
            losses.add(each.mul(known).sum().div(count));
        }
        return losses;
    }

    private static Tensor crossEntropy(Tensor scores, Tensor labels) {
        Tensor log = torch.log_softmax(scores, 1);
        return log.gather(1, labels.to(ScalarType.Long).unsqueeze(1))
                .squeeze(1)
                .div(new Scalar(-Math.log(scores.size(1))));
    }

    private Tensor squared(Tensor said, Tensor values, int t) {
        Tensor sums = moments.select(1, t).clone();
        Tensor mean = sums.select(0, 1).div(sums.select(0, 0).clamp_min(new Scalar(1e-6)));
        Tensor variance = sums.select(0, 2)
                .div(sums.select(0, 0).clamp_min(new Scalar(1e-6)))
                .sub(mean.square())
                .clamp_min(new Scalar(1e-8));
        return said.sub(values.sub(mean).div(variance.sqrt())).square();
    }

    private void follow(Tensor truth) {
        try (NoGradGuard noGrad = new NoGradGuard()) {
            Tensor known = truth.isfinite().to(ScalarType.Float);
            Tensor filled = truth.nan_to_num();
            Tensor sums = Tensors.stack(
                    List.of(Tensors.sum(known, 0), Tensors.sum(filled, 0), Tensors.sum(filled.square(), 0)), 0);
            moments.mul_(new Scalar(DECAY)).add_(sums, new Scalar(1));
        }
    }
}
