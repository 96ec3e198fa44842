package org.cyphervit.ssl;

import java.util.Locale;
import java.util.function.Function;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;

/**
 * A student that gradients train and a teacher that follows it as its exponential moving average (Tarvainen 2017,
 * "Mean teachers are better role models", <a href="https://arxiv.org/abs/1703.01780">arXiv:1703.01780</a>; MoCo's
 * momentum encoder, He 2020): {@code teacher = m teacher + (1 - m) student} after each step, with m rising to 1
 * along half a cosine. As a layer it is all that must be saved: both networks, and what a method adds by
 * {@link #saving}.
 *
 * @param <N> the network that both have
 */
public final class StudentTeacher<N extends Layer> extends Layer {
    private static final double TIME_CONSTANTS = 5;

    private final N student;
    private final N teacher;

    /**
     * A student that is trained as a whole. The teacher starts as its copy.
     *
     * @param backbone the student's
     * @param network builds a network of the student's kind around another backbone
     */
    public StudentTeacher(N student, Backbone backbone, Init init, Function<Backbone, N> network) {
        this("student", student, student, "teacher", backbone, init, network);
    }

    /**
     * A student that is part of something larger: MoCo's predictor has no counterpart in the teacher.
     *
     * @param trainedName what its tensors' names begin with in a checkpoint
     * @param trained what gradients train, the student included
     * @param teacherName what the teacher's names begin with
     */
    public StudentTeacher(
            String trainedName,
            Layer trained,
            N student,
            String teacherName,
            Backbone backbone,
            Init init,
            Function<Backbone, N> network) {
        this.student = student;
        child(trainedName, trained);
        this.teacher = child(teacherName, network.apply(teacherOf(backbone, init)));
        teacher.copyFrom(student);
        teacher.trainable(false);
    }

    // Of the same kind, but without drop path. Its weights do not matter, for they are copied over.
    private static Backbone teacherOf(Backbone backbone, Init init) {
        return backbone.twin(init.seeded(0));
    }

    /** Adds something to what is saved: a loss with a centre, a queue. */
    public <L extends Layer> L saving(String name, L layer) {
        return child(name, layer);
    }

    public N student() {
        return student;
    }

    /** Without gradients, and asked in passes of {@link org.cyphervit.nn.ForwardMode#teacher()}. */
    public N teacher() {
        return teacher;
    }

    /**
     * The teacher's step.
     *
     * @param momentum m at the start of the run
     * @param step at which m is looked up on its way to 1
     */
    public void update(double momentum, long step, long steps) {
        teacher.emaUpdate(student, schedule(momentum).at(step, steps));
    }

    private static Schedule schedule(double momentum) {
        return new Schedule(momentum, 1, 0);
    }

    /**
     * The momentum for a run of so many steps: (1 - m) steps / 2 is at least 5, so that e^-5 of the teacher's first
     * weights are left at the end, and m is no more than the method's own value. Below ten steps the teacher is the
     * student.
     */
    public static double momentumFor(double official, long steps) {
        return Math.clamp(1 - 2 * TIME_CONSTANTS / steps, 0, official);
    }

    /** The share of the teacher's first weights that is left after a run of so many steps. */
    public static double initialShare(double momentum, long steps) {
        double share = 1;
        for (long step = 0; step < steps && share > 0; step++) {
            share *= schedule(momentum).at(step, steps);
        }
        return share;
    }

    /** What a run's first lines say of it. */
    public static String plan(double momentum, long steps) {
        return String.format(
                Locale.ROOT,
                "momentum %.4g, rising to 1 (%.2g %% of its first weights are left at the end)",
                momentum,
                100 * initialShare(momentum, steps));
    }
}
