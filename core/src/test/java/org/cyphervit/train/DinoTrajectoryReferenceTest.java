package org.cyphervit.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.Fixture;
import org.cyphervit.TestDevice;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.nn.Init;
import org.cyphervit.optim.OptimizerOptions;
import org.cyphervit.ssl.Batch;
import org.cyphervit.ssl.Schedule;
import org.cyphervit.ssl.method.Dino;
import org.cyphervit.ssl.method.DinoOptions;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The official training loop on fixed crops, step by step, through the classes that train in earnest. */
@Tag("reference")
class DinoTrajectoryReferenceTest {
    @Test
    void equalsTheOfficialTrainingLoop() throws Exception {
        try (Scope scope = Scope.open()) {
            Fixture fixture = Fixture.read("dino_trajectory");
            Device device = TestDevice.get();
            Init init = new Init(0, device);
            VitConfig config = VitConfig.of(
                    fixture.integer("dim"),
                    fixture.integer("depth"),
                    fixture.integer("heads"),
                    fixture.integer("patch"),
                    fixture.integer("img"));
            Dino dino = new Dino(config.build(0, device), options(fixture), init);
            load(dino, fixture.contents().under("init."));
            long perEpoch = fixture.integer("iters_per_epoch");
            long steps = perEpoch * fixture.integer("epochs");
            Trainer trainer = new Trainer(
                    dino,
                    optimizer(fixture, perEpoch),
                    Precision.FP32,
                    new SeededGenerator(0, device),
                    steps,
                    perEpoch);
            double[] losses = Tensors.doubles(fixture.expected("losses"));
            for (int step = 0; step < losses.length; step++) {
                double loss = trainer.step(List.of(Batch.unlabelled(views(fixture, step))))
                        .loss();
                assertThat(loss).as("loss of step %d", step).isCloseTo(losses[step], within(1e-5 * losses[step]));
            }
            Map<String, Tensor> state = dino.state().state();
            fixture.check("center", Objects.requireNonNull(state.get("loss.center")), 1e-5);
            for (String name : fixture.contents().under("expected.").keySet()) {
                if (name.startsWith("student.") || name.startsWith("teacher.")) {
                    fixture.check(name, Objects.requireNonNull(state.get(name)), 1e-5);
                }
            }
        }
    }

    private static void load(Dino dino, Map<String, Tensor> init) {
        Map<String, Tensor> values = new LinkedHashMap<>(dino.state().state());
        init.forEach((name, tensor) -> {
            values.put("student." + name, tensor);
            values.put("teacher." + name, tensor);
        });
        dino.state().load(values);
    }

    private static List<Tensor> views(Fixture fixture, int step) {
        List<Tensor> views = new ArrayList<>();
        Map<String, Tensor> inputs = fixture.contents().under("input.step" + step + ".");
        for (String kind : new String[] {"global", "local"}) {
            for (int i = 0; inputs.containsKey(kind + i); i++) {
                views.add(Tensors.onto(Objects.requireNonNull(inputs.get(kind + i)), TestDevice.get()));
            }
        }
        return views;
    }

    private static DinoOptions options(Fixture fixture) {
        return DinoOptions.official().with(options -> {
            options.hidden = fixture.integer("head_hidden");
            options.bottleneck = fixture.integer("bottleneck");
            options.out = fixture.integer("out");
            options.teacherTemperature = fixture.number("teacher_temp");
            options.warmupTeacherTemperature = options.teacherTemperature;
            options.momentum = Double.parseDouble(fixture.meta("momentum").split("->")[0]);
            options.freezeLastEpochs = fixture.integer("freeze_last_layer_epochs");
        });
    }

    private static OptimizerOptions optimizer(Fixture fixture, long perEpoch) {
        Matcher lr =
                Pattern.compile("([\\d.e-]+)->([\\d.e-]+) warmup (\\d+) epoch").matcher(fixture.meta("lr"));
        Matcher decay = Pattern.compile("([\\d.]+)->([\\d.]+)").matcher(fixture.meta("wd"));
        assertThat(lr.find() && decay.find()).isTrue();
        return new OptimizerOptions(
                new Schedule(
                        Double.parseDouble(lr.group(1)),
                        Double.parseDouble(lr.group(2)),
                        perEpoch * Long.parseLong(lr.group(3))),
                new Schedule(Double.parseDouble(decay.group(1)), Double.parseDouble(decay.group(2)), 0),
                fixture.number("clip_grad_per_param"));
    }
}
