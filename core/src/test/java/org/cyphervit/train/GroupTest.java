package org.cyphervit.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cyphervit.UserError;
import org.cyphervit.group.Group;
import org.cyphervit.group.LocalLauncher;
import org.cyphervit.group.Rendezvous;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupTest {
    private static final int NEVER = 99;
    private static final List<String> METHODS = List.of("dino", "simclr", "moco", "supervised");

    @Test
    void twoProcessesLoseWhatOneDoesAndOneGoesOnAlone(@TempDir Path folder) throws IOException {
        List<List<Map<String, Double>>> together = new ArrayList<>();
        try (LocalLauncher others = start(folder, "false", "dinov2")) {
            try (Group group = Group.join(others.membership(), "cpu")) {
                for (String method : METHODS) {
                    together.add(GroupRun.steps(folder.resolve(method), method, 3, false, group));
                }
                // Its masks are each rank's own, so it only has to run: ranks may hide nothing, and must not wait for
                // ever.
                assertThat(GroupRun.steps(folder.resolve("dinov2"), "dinov2", 3, false, group))
                        .hasSize(3)
                        .allMatch(step -> step.values().stream().allMatch(Double::isFinite));
            }
        }
        for (int i = 0; i < METHODS.size(); i++) {
            String method = METHODS.get(i);
            List<Map<String, Double>> all = new ArrayList<>(together.get(i));
            all.addAll(GroupRun.steps(folder.resolve(method), method, NEVER, false, Group.singleProcess()));
            List<Map<String, Double>> alone =
                    GroupRun.steps(folder.resolve("alone-" + method), method, NEVER, false, Group.singleProcess());
            assertThat(all).as("%s, alone %s", method, alone).hasSize(6);
            for (int step = 0; step < 6; step++) {
                for (String measure : List.of("loss", "teacher_entropy")) {
                    Double expected = alone.get(step).get(measure);
                    if (expected != null) { // DINO alone has a teacher
                        assertThat(all.get(step).get(measure))
                                .as("%s, step %d: %s, alone %s", method, step, all, alone)
                                .isCloseTo(expected, within(1e-5 * expected));
                    }
                }
            }
        }
    }

    @Test
    void aDeadRankEndsTheOthersByName(@TempDir Path folder) throws IOException {
        try (LocalLauncher others = start(folder, "true");
                Group group = Group.join(others.membership(), "cpu")) {
            long begun = System.nanoTime();
            assertThatThrownBy(() -> GroupRun.steps(folder.resolve("dino"), "dino", NEVER, false, group))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("Rank 1 died")
                    .hasMessageContaining("setting 'resume'");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(GroupRun.TIMEOUT);
        }
    }

    @Test
    void theEnvironmentOfTorchrunIsRead() {
        Map<String, String> environment = Map.of(
                "RANK", "3", "LOCAL_RANK", "1", "WORLD_SIZE", "4", "MASTER_ADDR", "node0", "MASTER_PORT", "40000");
        Rendezvous third = Rendezvous.of(environment, GroupRun.TIMEOUT);
        assertThat(third).isEqualTo(new Rendezvous(3, 4, 1, "node0", 40_000, "", GroupRun.TIMEOUT));
        assertThat(Rendezvous.of(Map.of(), GroupRun.TIMEOUT).size()).isEqualTo(1);
        assertThatThrownBy(() -> Rendezvous.of(Map.of("RANK", "1", "WORLD_SIZE", "2"), GroupRun.TIMEOUT))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("no MASTER_ADDR");
        assertThatThrownBy(() -> Rendezvous.of(
                        Map.of("RANK", "2", "WORLD_SIZE", "2", "MASTER_ADDR", "a", "MASTER_PORT", "1"),
                        GroupRun.TIMEOUT))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("RANK in [0, WORLD_SIZE)");
    }

    private static LocalLauncher start(Path folder, String dies, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(folder.toString(), "3", dies));
        arguments.addAll(METHODS);
        arguments.addAll(List.of(more));
        return LocalLauncher.start(2, GroupRun.TIMEOUT, GroupRun.class, arguments);
    }
}
