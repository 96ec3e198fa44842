package org.cyphervit.ssl.tokens;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.image.RgbImage;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.ssl.Batch;
import org.cyphervit.ssl.SslMethod;
import org.cyphervit.ssl.StepOperations;
import org.cyphervit.ssl.Symptom;
import org.cyphervit.ssl.TrainingProgress;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * Any method, with targets of single tokens beside it (CypherViT paper, Discussion: "each class token at the final stage can
 * be customized to predict the individual label for each of the corresponding auxiliary tasks simultaneously"). The loss is
 * the method's plus the weighted mean of the targets'; tokens come from the method's own passes, so that nothing is computed
 * twice. A ViT's one [cls] token tells all targets, which makes it the control.
 */
public final class TokenTargets implements SslMethod {
    private final SslMethod method;
    private final double weight;
    private final List<TargetValues.Target> targets;
    private final TokenHeads heads;
    private final Layer trained;
    private final Layer state;
    private final List<Tensor> seen = new ArrayList<>();

    /**
     * @param method built around the backbone
     * @throws UserError if there are more targets than tokens, or the method shows its backbone no whole views
     */
    public TokenTargets(
            SslMethod method,
            Backbone backbone,
            TokenTargetOptions options,
            List<TargetValues.Target> targets,
            Init init) {
        if (!method.showsWholeViews()) {
            throw new UserError(
                    "tokenTargets asks tokens what a view holds, but this method hides most of each view from"
                            + " its encoder. Choose another method, or leave tokenTargets out.");
        }
        int tokens = backbone.config().finalTokens();
        if (tokens > 1 && options.tokens().size() > tokens) {
            throw new UserError("tokenTargets names " + options.tokens().size() + " tokens, but the backbone ends with "
                    + tokens + ". Name fewer, or raise the last number of backbone.tokens.");
        }
        if (tokens == 1 && options.through() == TokenTargetOptions.Through.MAP) {
            throw new UserError(
                    "tokenTargets.through: map needs a backbone whose tokens share the view out: CypherViT. A"
                            + " ViT takes through: token.");
        }
        this.method = method;
        this.weight = options.weight();
        this.targets = List.copyOf(targets);
        this.heads = new TokenHeads(this.targets, options.through(), backbone.config(), init);
        this.trained = new Both(method.trained(), heads);
        this.state = new Both(method.state(), heads);
        backbone.observe(features -> seen.add(heads.read(features)));
    }

    @Override
    public Loss loss(Batch batch, ForwardMode mode, TrainingProgress progress) {
        seen.clear();
        Loss own = method.loss(batch, mode, progress);
        Tensor tokens = seen.size() == 1 ? seen.getFirst() : Tensors.cat(List.copyOf(seen), 0);
        seen.clear();
        Tensor truth = Objects.requireNonNull(batch.targets(), "tokenTargets needs the truth of each view");
        if (tokens.size(0) != truth.size(0)) {
            throw new IllegalStateException("The method showed " + tokens.size(0) + " views to its backbone; "
                    + truth.size(0) + " have targets.");
        }
        Map<String, Tensor> measures = new LinkedHashMap<>(own.measures());
        measures.put(METHOD_LOSS, own.value().detach());
        List<Tensor> losses = heads.losses(tokens, truth);
        Tensor total = own.value();
        for (int t = 0; t < losses.size(); t++) {
            measures.put("target_" + targets.get(t).name(), losses.get(t).detach());
            total = total.add(losses.get(t).mul(new Scalar(weight / losses.size())));
        }
        return new Loss(total, measures);
    }

    /** The method's, whose backbone is observed from now on, and the heads'. */
    @Override
    public double operations(List<Integer> sides) {
        return method.operations(sides) + StepOperations.trained(sides.size() * heads.operations());
    }

    @Override
    public Layer trained() {
        return trained;
    }

    @Override
    public Layer state() {
        return state;
    }

    @Override
    public Backbone encoder() {
        return method.encoder();
    }

    @Override
    public Optional<Backbone> student() {
        return method.student();
    }

    @Override
    public double initialShare(long steps) {
        return method.initialShare(steps);
    }

    @Override
    public String plan(long steps, long stepsPerEpoch) {
        return method.plan(steps, stepsPerEpoch);
    }

    @Override
    public void afterStep(TrainingProgress progress) {
        method.afterStep(progress);
    }

    @Override
    public boolean isFrozen(String parameter, TrainingProgress progress) {
        return parameter.startsWith(Both.METHOD)
                && method.isFrozen(parameter.substring(Both.METHOD.length()), progress);
    }

    @Override
    public double chanceLoss(int batch) {
        return method.chanceLoss(batch) + weight;
    }

    /** The method's, told by its own part of the loss. */
    @Override
    public List<Symptom> symptoms(int batch) {
        return method.symptoms(batch).stream()
                .map(symptom -> new Symptom(
                        symptom.signs().stream()
                                .map(sign -> sign.measure().equals("loss")
                                        ? new Symptom.Sign(METHOD_LOSS, sign.above(), sign.below())
                                        : sign)
                                .toList(),
                        symptom.meaning(),
                        symptom.remedy()))
                .toList();
    }

    @Override
    public @Nullable RgbImage picture(Tensor images, SeededGenerator generator) {
        return method.picture(images, generator);
    }

    private static final String METHOD_LOSS = "method_loss";

    private static final class Both extends Layer {
        private static final String METHOD = "method.";

        private Both(Layer method, TokenHeads heads) {
            child("method", method);
            child("tokens", heads);
        }
    }
}
