package org.cyphervit.ssl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.cyphervit.TestDevice;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.torch.Scope;
import org.junit.jupiter.api.Test;

class StudentTeacherTest {
    @Test
    void theTeacherStartsAsTheStudentAndFollowsIt() {
        try (Scope scope = Scope.open()) {
            Backbone backbone = VitConfig.of(8, 1, 1, 8, 16).withDropPath(0.5).build(0, TestDevice.get());
            StudentTeacher<Around> networks =
                    new StudentTeacher<>(new Around(backbone), backbone, new Init(0, TestDevice.get()), Around::new);
            assertThat(networks.state().keySet())
                    .allMatch(name -> name.startsWith("student.backbone.") || name.startsWith("teacher.backbone."));
            assertThat(networks.teacher().backbone.config().withDropPath(0))
                    .isEqualTo(networks.teacher().backbone.config());
            assertThat(sum(networks.teacher())).isEqualTo(sum(networks.student()));
            try (NoGradGuard noGrad = new NoGradGuard()) {
                networks.student().parameters().values().forEach(tensor -> tensor.add_(new Scalar(1.0)));
            }
            double before = sum(networks.teacher());
            networks.update(0.75, 0, 100); // no rise of the momentum yet
            long size = networks.teacher().size();
            assertThat(sum(networks.teacher()) - before).isCloseTo(0.25 * size, within(1e-3 * size));
            assertThat(networks.teacher().parameters().values()).noneMatch(tensor -> tensor.requires_grad());
        }
    }

    @Test
    void whatTheStudentHasBesidesIsTrainedAndSavedUnderItsNames() {
        try (Scope scope = Scope.open()) {
            Backbone backbone = VitConfig.of(8, 1, 1, 8, 16).build(0, TestDevice.get());
            Around inner = new Around(backbone);
            Outer outer = new Outer(inner);
            StudentTeacher<Around> networks = new StudentTeacher<>(
                    "query", outer, inner, "momentum", backbone, new Init(0, TestDevice.get()), Around::new);
            Map<String, ?> state = networks.state();
            assertThat(state).containsKeys("query.encoder.backbone.cls_token", "momentum.backbone.cls_token");
        }
    }

    @Test
    void theMomentumOfAShortRunLeavesOneInAHundredAndFiftyOfTheFirstWeights() {
        for (long steps : new long[] {100, 400, 3000}) {
            double momentum = StudentTeacher.momentumFor(0.996, steps);
            assertThat((1 - momentum) * steps / 2).isGreaterThanOrEqualTo(5 - 1e-9);
            assertThat(StudentTeacher.initialShare(momentum, steps)).isLessThanOrEqualTo(Math.exp(-5) * 1.05);
        }
        assertThat(StudentTeacher.momentumFor(0.996, 1_000_000)).isEqualTo(0.996);
        assertThat(StudentTeacher.momentumFor(0.996, 4)).isZero();
        // What was measured before there was a rule: most of a short run's encoder was the network it started from.
        assertThat(StudentTeacher.initialShare(0.994, 63)).isCloseTo(0.83, within(0.01));
        assertThat(StudentTeacher.initialShare(0.994, 500)).isCloseTo(0.22, within(0.01));
    }

    private static double sum(Layer layer) {
        return layer.parameters().values().stream()
                .mapToDouble(tensor -> tensor.sum().item_double())
                .sum();
    }

    private static final class Around extends Layer {
        private final Backbone backbone;

        private Around(Backbone backbone) {
            this.backbone = child("backbone", backbone);
        }
    }

    private static final class Outer extends Layer {
        private Outer(Around inner) {
            child("encoder", inner);
        }
    }
}
