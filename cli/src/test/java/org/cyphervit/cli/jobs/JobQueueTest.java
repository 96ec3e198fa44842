package org.cyphervit.cli.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cyphervit.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobQueueTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void jobsRunOneAfterAnotherAndOneThatFailsStopsNone() throws Exception {
        try (JobQueue queue = JobQueue.open(folder)) {
            Job bad = queue.add("bad", List.of("slides", "info", "no such"), List.of("slides", "info", "no such"));
            Job good = queue.add("good", List.of("--version"), List.of("--version"));
            Job failed = await(queue, bad.id(), JobState.FAILED);
            Job done = await(queue, good.id(), JobState.DONE);
            assertThat(failed.exit()).isEqualTo(1);
            assertThat(failed.line()).isEqualTo("cyphervit slides info 'no such'");
            assertThat(done.started()).isGreaterThanOrEqualTo(failed.ended());
            assertThat(queue.log(bad.id(), 100))
                    .startsWith("$ cyphervit slides info 'no such'")
                    .last()
                    .asString()
                    .contains("There is no slide or folder 'no such'");
            queue.remove(bad.id());
            assertThat(queue.all()).extracting(Job::title).containsExactly("good");
            assertThatThrownBy(() -> queue.resume(good.id()))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("is done");
            assertThatThrownBy(() -> queue.cancel(99)).isInstanceOf(UserError.class);
        }
    }

    @Test
    void whatRanWhenTheServerEndedGoesOnWithItsOtherCommandLine() throws Exception {
        Path served = Files.createDirectories(folder.resolve("served")); // a command that does not end by itself
        Job job;
        Job next;
        try (JobQueue queue = JobQueue.open(folder)) {
            job = queue.add("long", List.of("serve", "served", "--port", "0"), List.of("--version"));
            next = queue.add("next", List.of("serve", "served", "--port", "0"), List.of("--version"));
            await(queue, job.id(), JobState.RUNNING);
            assertThatThrownBy(() -> JobQueue.open(folder))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("Another program writes");
            assertThatThrownBy(() -> queue.remove(job.id())).hasMessageContaining("Cancel it first");
            queue.cancel(next.id());
            queue.scale("0/a.png", 0.25);
        }
        assertThat(Files.exists(served)).isTrue();
        try (JobQueue queue = JobQueue.open(folder)) {
            Job done = await(queue, job.id(), JobState.DONE);
            assertThat(done.line()).isEqualTo("cyphervit --version");
            assertThat(queue.log(job.id(), 100)).last().asString().startsWith("CypherViT");
            assertThat(queue.all().getLast().state()).isEqualTo(JobState.CANCELLED);
            assertThat(queue.scale("0/a.png")).hasValue(0.25);
            assertThat(queue.scale("0/b.png")).isEmpty();
        }
    }

    @Test
    void aJobThatRunsIsEndedByCancel() throws Exception {
        Files.createDirectories(folder.resolve("served"));
        try (JobQueue queue = JobQueue.open(folder)) {
            Job job = queue.add("long", List.of("serve", "served", "--port", "0"), List.of("--version"));
            long pid = await(queue, job.id(), JobState.RUNNING).pid();
            queue.cancel(job.id());
            await(queue, job.id(), JobState.CANCELLED);
            assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
            queue.resume(job.id());
            await(queue, job.id(), JobState.DONE);
        }
    }

    @Test
    void progressIsReadFromWhatCommandsSay() {
        assertThat(JobProgress.of(List.of(
                        "$ cyphervit tile",
                        "tiles 1/9  3/s  ETA 4 s",
                        "slide 2/3, tiles 40/120  35/s  ETA 12 s",
                        "done")))
                .isEqualTo(new JobProgress(40, 120, "12 s"));
        assertThat(JobProgress.of(List.of("step 10/200  1.50 it/s  96 img/s  ETA 2:07  loss 3.1")))
                .isEqualTo(new JobProgress(10, 200, "2:07"));
        assertThat(JobProgress.of(List.of("1/2 of something", "ETA unknown"))).isEqualTo(new JobProgress(0, 0, ""));
    }

    private static Job await(JobQueue queue, long id, JobState state) throws Exception {
        for (int i = 0; i < 1200; i++) {
            Job job = queue.all().stream()
                    .filter(one -> one.id() == id)
                    .findFirst()
                    .orElseThrow();
            if (job.state() == state) {
                return job;
            }
            assertThat(job.state()).as(queue.log(id, 20).toString()).isIn(JobState.WAITING, JobState.RUNNING);
            Thread.sleep(50);
        }
        throw new AssertionError("not " + state + " in a minute: " + queue.log(id, 20));
    }
}
