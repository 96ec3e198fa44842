package org.cyphervit.ssl.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.Fixture;
import org.cyphervit.TestDevice;
import org.cyphervit.nn.Init;
import org.cyphervit.ssl.Schedule;
import org.cyphervit.ssl.loss.DinoLoss;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("reference")
class DinoReferenceTest {
    @Test
    void lossGradientCentreAndTemperaturesEqualTheOfficialOnes() throws Exception {
        try (Scope scope = Scope.open()) {
            Fixture fixture = Fixture.read("dino_loss");
            DinoOptions options = options(fixture);
            Tensor student = fixture.input("student").requires_grad_(true);
            Tensor teacher = fixture.input("teacher");
            DinoLoss loss = new DinoLoss((int) student.size(1), new Init(0, TestDevice.get()));
            loss.center().copy_(fixture.input("center"));
            int globals = Math.toIntExact(teacher.size(0)) / fixture.integer("batch");
            DinoLoss.Value value = loss.forward(
                    student,
                    teacher,
                    fixture.integer("ncrops"),
                    globals,
                    options.studentTemperature(),
                    options.teacherTemperature(fixture.integer("epoch")));
            value.value().backward();
            loss.updateCenter(teacher, options.centerMomentum());
            fixture.check("loss", value.value(), 1e-5);
            fixture.check("grad_student", student.grad(), 1e-5);
            fixture.check("center", loss.center(), 1e-5);
            double[] temperatures = Tensors.doubles(fixture.expected("teacher_temp_schedule"));
            for (int epoch = 0; epoch < temperatures.length; epoch++) {
                assertThat(options.teacherTemperature(epoch)).isCloseTo(temperatures[epoch], within(1e-12));
            }
        }
    }

    @Test
    void schedulesEqualTheOfficialOnes() throws Exception {
        try (Scope scope = Scope.open()) {
            Fixture fixture = Fixture.read("schedules");
            Matcher lr = match(
                    "base ([\\d.e-]+)\\*(\\d+)/256 final ([\\d.e-]+) epochs (\\d+) iters/epoch (\\d+) warmup (\\d+)",
                    fixture.meta("lr"));
            long perEpoch = Long.parseLong(lr.group(5));
            double base = Double.parseDouble(lr.group(1)) * Double.parseDouble(lr.group(2)) / 256;
            check(
                    fixture,
                    "lr",
                    new Schedule(base, Double.parseDouble(lr.group(3)), Long.parseLong(lr.group(6)) * perEpoch));
            for (String name : new String[] {"wd", "momentum"}) {
                Matcher range = match("([\\d.e-]+)->([\\d.e-]+)", fixture.meta(name));
                check(
                        fixture,
                        name,
                        new Schedule(Double.parseDouble(range.group(1)), Double.parseDouble(range.group(2)), 0));
            }
        }
    }

    private static void check(Fixture fixture, String name, Schedule schedule) {
        double[] expected = Tensors.doubles(fixture.expected(name));
        for (int step = 0; step < expected.length; step++) {
            assertThat(schedule.at(step, expected.length))
                    .as("%s at step %d", name, step)
                    .isCloseTo(expected[step], within(1e-12 * Math.max(1, Math.abs(expected[step]))));
        }
    }

    private static Matcher match(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher;
    }

    private static DinoOptions options(Fixture fixture) {
        return DinoOptions.official().with(options -> {
            options.studentTemperature = fixture.number("student_temp");
            options.teacherTemperature = fixture.number("teacher_temp");
            options.warmupTeacherTemperature = fixture.number("warmup_teacher_temp");
            options.teacherWarmupEpochs = fixture.integer("warmup_epochs");
            options.centerMomentum = fixture.number("center_momentum");
        });
    }
}
