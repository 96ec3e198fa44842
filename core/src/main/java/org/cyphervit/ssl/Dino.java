package org.cyphervit.ssl;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.nn.DinoHead;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;

/**
 * DINO (Caron 2021, "Emerging properties in self-supervised vision transformers"): a student learns to predict, from any
 * view, what a slowly following teacher says of the global views. As the official code: no loss between a view and
 * itself, centre updated after the loss, teacher after the optimizer.
 */
public final class Dino implements SslMethod {
    private static final int GLOBALS = 2;

    private final DinoOptions options;
    private final Network student;
    private final Network teacher;
    private final DinoLoss loss;
    private final Everything state;

    /** The teacher is built like the student but without drop path, and starts as its copy. */
    public Dino(Backbone backbone, DinoOptions options, Init init) {
        this.options = options;
        this.student = new Network(backbone, options, init);
        Backbone second = backbone.config().withDropPath(0).build(init.seeded(0));
        this.teacher = new Network(second, options, init);
        this.loss = new DinoLoss(options.out(), init);
        teacher.copyFrom(student);
        teacher.trainable(false);
        this.state = new Everything(student, teacher, loss);
    }

    @Override
    public Layer trained() {
        return student;
    }

    @Override
    public Layer state() {
        return state;
    }

    @Override
    public Backbone encoder() {
        return teacher.backbone;
    }

    @Override
    public Loss loss(Batch batch, ForwardMode mode, TrainingProgress progress) {
        List<Tensor> views = batch.views();
        if (views.size() < GLOBALS) {
            throw new UserError("DINO needs two global views first; got " + views.size() + " view(s).");
        }
        Tensor targets;
        try (NoGradGuard noGrad = new NoGradGuard()) {
            targets = teacher.forward(views.subList(0, GLOBALS), ForwardMode.teacher());
        }
        Tensor features = student.features(views, mode);
        Tensor scores = student.head.forward(features);
        DinoLoss.Value value = loss.forward(scores, targets, views.size(), GLOBALS, options, progress.epoch());
        return new Loss(
                value.value(),
                Map.of("teacher_entropy", value.teacherEntropy(), "feature_std", FeatureStatistics.spread(features)));
    }

    @Override
    public void afterStep(TrainingProgress progress) {
        double momentum = new Schedule(options.momentum(), 1, 0).at(progress.step(), progress.steps());
        teacher.emaUpdate(student, momentum);
    }

    @Override
    public double chanceLoss(int batch) {
        return Math.log(options.out());
    }

    @Override
    public List<Symptom> symptoms(int batch) {
        return Symptom.ofTeacher(options.out(), chanceLoss(batch));
    }

    @Override
    public boolean isFrozen(String parameter, TrainingProgress progress) {
        return progress.step() < options.freezeLastSteps() && parameter.startsWith("head.last_layer.");
    }

    private static final class Network extends Layer {
        private final Backbone backbone;
        private final DinoHead head;

        private Network(Backbone backbone, DinoOptions options, Init init) {
            this.backbone = child("backbone", backbone);
            this.head = child("head", options.head(backbone.config().width(), init));
        }

        private Tensor features(List<Tensor> views, ForwardMode mode) {
            return MultiCropForward.forward(views, x -> backbone.pooled(x, mode));
        }

        private Tensor forward(List<Tensor> views, ForwardMode mode) {
            return head.forward(features(views, mode));
        }
    }

    private static final class Everything extends Layer {
        private Everything(Network student, Network teacher, DinoLoss loss) {
            child("student", student);
            child("teacher", teacher);
            child("loss", loss);
        }
    }
}
