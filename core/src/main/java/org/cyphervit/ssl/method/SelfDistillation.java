package org.cyphervit.ssl.method;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.group.Group;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.ssl.SslMethod;
import org.cyphervit.ssl.StudentTeacher;
import org.cyphervit.ssl.Symptom;
import org.cyphervit.ssl.TrainingProgress;
import org.cyphervit.ssl.loss.DinoLoss;
import org.cyphervit.ssl.loss.SinkhornKnopp;

/**
 * What DINO (<a href="https://arxiv.org/abs/2104.14294">arXiv:2104.14294</a>) and iBOT (<a
 * href="https://arxiv.org/abs/2111.07832">arXiv:2111.07832</a>) share: a student and its teacher, the loss between
 * whole views, and the schedules of teacher and prototypes.
 *
 * @param <N> the network that student and teacher both have
 */
abstract class SelfDistillation<N extends Layer> implements SslMethod {
    /** The views that the teacher sees; they come first. */
    static final int GLOBALS = 2;

    private final DinoOptions options;
    private final Group group;
    private final StudentTeacher<N> networks;
    private final DinoLoss viewLoss;

    /** @param network builds a student or teacher around a backbone */
    SelfDistillation(Backbone backbone, DinoOptions options, Init init, Function<Backbone, N> network) {
        this.options = options;
        this.group = init.group();
        this.networks = new StudentTeacher<>(network.apply(backbone), backbone, init, network);
        this.viewLoss = networks.saving("loss", new DinoLoss(options.out(), init));
    }

    /** The backbone inside a student or teacher. */
    abstract Backbone backbone(N network);

    final StudentTeacher<N> networks() {
        return networks;
    }

    final Group group() {
        return group;
    }

    @Override
    public final Layer trained() {
        return networks.student();
    }

    @Override
    public final Layer state() {
        return networks;
    }

    @Override
    public final Backbone encoder() {
        return backbone(networks.teacher());
    }

    @Override
    public final Optional<Backbone> student() {
        return Optional.of(backbone(networks.student()));
    }

    /** @throws UserError if a batch lacks the global views */
    static void requireGlobals(String method, List<Tensor> views) {
        if (views.size() < GLOBALS) {
            throw new UserError(method + " needs two global views first; got " + views.size() + " view(s).");
        }
    }

    /**
     * DINO's loss as the options have it, with a centre or Sinkhorn-Knopp; the centre moves after the loss that
     * used it.
     *
     * @param student scores of all views, (V*B,K), the global views first
     * @param teacher scores of the global views, (G*B,K)
     */
    final DinoLoss.Value viewLoss(Tensor student, Tensor teacher, int views, TrainingProgress progress) {
        double temperature = options.teacherTemperature(progress.epoch());
        if (options.sinkhorn()) {
            Tensor targets = SinkhornKnopp.targets(teacher, temperature, group);
            return DinoLoss.crossEntropy(student, targets, views, GLOBALS, options.studentTemperature());
        }
        DinoLoss.Value value =
                viewLoss.forward(student, teacher, views, GLOBALS, options.studentTemperature(), temperature);
        viewLoss.updateCenter(teacher, options.centerMomentum());
        return value;
    }

    @Override
    public final void afterStep(TrainingProgress progress) {
        networks.update(options.momentum(), progress.step(), progress.steps());
    }

    @Override
    public final double initialShare(long steps) {
        return StudentTeacher.initialShare(options.momentum(), steps);
    }

    @Override
    public final String plan(long steps, long stepsPerEpoch) {
        return options.plan(steps, stepsPerEpoch);
    }

    @Override
    public final List<Symptom> symptoms(int batch) {
        return Symptom.ofTeacher(options.out(), chanceLoss(batch));
    }

    @Override
    public final boolean isFrozen(String parameter, TrainingProgress progress) {
        return options.freezesPrototypes(progress) && parameter.startsWith(DinoOptions.PROTOTYPES);
    }
}
