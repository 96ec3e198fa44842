package org.cyphervit.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cyphervit.UserError;
import org.junit.jupiter.api.Test;

class HealthTest {
    private static final double CHANCE = Math.log(256);

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

    private void start(long steps) {
        health.started(new RunListener.Start(Path.of("."), TinyRun.recipe("vit_nano", steps), 36, 0, steps, CHANCE));
    }

    private void steps(int from, int to, double loss, double entropy, double spread) {
        for (int step = from; step <= to; step++) {
            health.stepped(new RunListener.Step(
                    step, 0, Map.of("loss", loss, "teacher_entropy", entropy, "feature_std", spread), 4, 0));
        }
    }
}
