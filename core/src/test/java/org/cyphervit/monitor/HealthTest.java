package org.cyphervit.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.cyphervit.TestDevice;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.VitConfig;
import org.cyphervit.nn.Init;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.ssl.Methods;
import org.cyphervit.ssl.Symptom;
import org.cyphervit.torch.Scope;
import org.cyphervit.train.RunListener;
import org.cyphervit.train.TinyRun;
import org.junit.jupiter.api.Test;

class HealthTest {
    private static final double CHANCE = Math.log(1024);

    private final List<String> alarms = new ArrayList<>();
    private final Health health = new Health(alarms::add);

    @Test
    void tellsTheUniformCollapseAndTheRecovery() {
        start(100_000);
        steps(1, 900, CHANCE, CHANCE * 0.999, 0.2);
        assertThat(alarms).singleElement().asString().contains("every prototype equally likely", "teacherTemperature");
        steps(901, 2500, 4.0, 3.5, 0.3);
        assertThat(alarms).hasSize(2).last().asString().contains("Recovered");
    }

    @Test
    void tellsThatAllImagesGetOnePrototype() {
        start(100_000);
        steps(1, 900, 0.01, 0.01, 0.4);
        assertThat(alarms).singleElement().asString().contains("one prototype", "Raise");
    }

    @Test
    void stopsWhenACollapseLastsForHalfOfTheRun() {
        start(3000);
        assertThatThrownBy(() -> steps(1, 2900, 3, 2, 0.001))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("same feature");
    }

    @Test
    void tellsThatOneTokenHoldsEverything() {
        start(100_000);
        for (int step = 50; step <= 500; step += 50) {
            health.stepped(new RunListener.Step(step, 0, Map.of("loss", 3.0, "token_balance", 0.05), 4, 0));
        }
        assertThat(alarms).singleElement().asString().contains("one final token", "temperature");
    }

    @Test
    void healthyRunsAreLeftAlone() {
        start(3000);
        steps(1, 3000, 4.5, 3, 0.5);
        assertThat(alarms).isEmpty();
    }

    @Test
    void speaksTheLanguageOfEachMethod() {
        tells("mae", Map.of("loss", 1.0, "prediction_spread", 0.001), "same mean patch");
        tells("simclr", Map.of("loss", Math.log(63), "feature_std", 0.05), "as likely a partner");
        tells("simclr", Map.of("loss", 2.0, "feature_std", 0.001), "same feature");
        tells("moco", Map.of("loss", 2.0, "feature_std", 0.001), "same feature");
        tells("moco", Map.of("loss", 2.0, "feature_std", 0.5, "queue_gap", 0.4), "too old");
        tells("supervised", Map.of("loss", Math.log(2), "feature_std", 0.5), "classes are guessed");
        tells("ibot", Map.of("loss", 2.0, "feature_std", 0.5, "teacher_entropy", 0.0), "one prototype");
    }

    private static void tells(String method, Map<String, Double> measures, String words) {
        List<String> told = new ArrayList<>();
        Health health = new Health(told::add);
        health.started(new RunListener.Start(
                Path.of("."), TinyRun.recipe("vit_nano", 9), 36, 0, 100_000, Double.NaN, symptoms(method)));
        for (int step = 1; step <= 900; step++) {
            health.stepped(new RunListener.Step(step, 0, measures, 4, 0));
        }
        assertThat(told).as(method).singleElement().asString().contains(words);
    }

    private static List<Symptom> symptoms(String name) {
        return symptoms(Methods.named(name));
    }

    private static <O extends Record> List<Symptom> symptoms(Methods.Kind<O> kind) {
        try (Scope scope = Scope.open()) {
            Device device = TestDevice.get();
            Backbone backbone = new VitConfig(8, 1, 1, 8, 16, 0).build(0, device);
            O options = kind.defaults().apply(new DatasetInfo(100, List.of("a", "b")));
            return kind.maker().make(backbone, options, new Init(0, device)).symptoms(32);
        }
    }

    private void start(long steps) {
        List<Symptom> symptoms = symptoms("dino");
        health.started(
                new RunListener.Start(Path.of("."), TinyRun.recipe("vit_nano", steps), 36, 0, steps, CHANCE, symptoms));
    }

    private void steps(int from, int to, double loss, double entropy, double spread) {
        for (int step = from; step <= to; step++) {
            health.stepped(new RunListener.Step(
                    step, 0, Map.of("loss", loss, "teacher_entropy", entropy, "feature_std", spread), 4, 0));
        }
    }
}
