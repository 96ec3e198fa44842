package org.cyphervit.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.cyphervit.UserError;
import org.cyphervit.monitor.MetricsCsv;
import org.cyphervit.monitor.TensorBoardFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is on disk when a process ends between two steps without another word. */
class KilledRunTest {
    private static final int STEPS = 14; // a checkpoint every 4

    @TempDir
    private Path folder = Path.of("");

    /** Ends the run as a kill would: nothing after it is heard. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void metricsAndEventsAreCompleteAndNoneIsDoubleAfterKillsAndResumes() throws IOException {
        Path run = folder.resolve("run");
        for (long kill : new long[] {5, 8, 9, 13}) {
            RunListener killer = new RunListener() {
                @Override
                public void stepped(Step step) {
                    if (step.step() == kill) {
                        throw new Killed();
                    }
                }
            };
            boolean resume = Files.exists(run.resolve(Run.RECIPE));
            assertThatThrownBy(() -> train(run, resume, killer)).isInstanceOf(Killed.class);
        }
        train(run, true);
        assertThat(MetricsCsv.read(run.resolve(MetricsCsv.NAME)).keySet())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, STEPS).boxed().toList());
        assertThat(Files.readAllLines(run.resolve(MetricsCsv.NAME))).hasSize(STEPS + 1);
        assertThat(lossSteps(run)).containsExactly(10L);
        Files.delete(run.resolve(MetricsCsv.NAME));
        assertThatThrownBy(() -> train(run, false)).isInstanceOf(UserError.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFolderThatIsMovedOrDeletedIsToldInWords(boolean moved) throws IOException {
        Path run = folder.resolve("gone");
        RunListener mover = new RunListener() {
            @Override
            public void stepped(Step step) {
                if (step.step() == 2) {
                    try {
                        Files.move(run, folder.resolve("elsewhere"));
                        if (!moved) {
                            delete(folder.resolve("elsewhere"));
                        }
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }
            }
        };
        assertThatThrownBy(() -> train(run, false, mover))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("deleted or moved while the program was running");
        assertThat(run).doesNotExist();
    }

    private static void delete(Path all) throws IOException {
        try (Stream<Path> paths = Files.walk(all)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void train(Path run, boolean resume, RunListener... last) throws IOException {
        List<RunListener> all = new ArrayList<>(List.of(new MetricsCsv(), new TensorBoardFile()));
        all.addAll(List.of(last));
        new Run(run, TinyRun.recipe("vit_nano", STEPS, "backbone.depth=1"), TinyRun.TISSUE, null, all).train(resume);
    }

    // Steps of the events that hold a loss, in the order of the files.
    private static List<Long> lossSteps(Path run) throws IOException {
        List<Long> steps = new ArrayList<>();
        try (Stream<Path> files = Files.list(run)) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("events."))
                    .sorted()
                    .toList()) {
                ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
                while (bytes.remaining() > 0) {
                    int length = (int) bytes.getLong();
                    bytes.getInt();
                    byte[] event = new byte[length];
                    bytes.get(event);
                    bytes.getInt();
                    if (new String(event, java.nio.charset.StandardCharsets.ISO_8859_1).contains("\n\4loss")) {
                        steps.add((long) event[10]);
                    }
                }
            }
        }
        return steps;
    }
}
