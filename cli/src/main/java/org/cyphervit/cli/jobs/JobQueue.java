package org.cyphervit.cli.jobs;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.cyphervit.UserError;
import org.cyphervit.file.OutputLock;
import org.cyphervit.file.Writing;
import org.jspecify.annotations.Nullable;

/**
 * Runs jobs one after another, each as a process of this program, so that one that fails takes nothing with it. Jobs and
 * their logs outlive the server: one that was cut off goes on when the queue is opened again.
 */
public final class JobQueue implements AutoCloseable {
    /** The folder of a workplace that holds the queue's state. */
    public static final String FOLDER = ".cyphervit";

    private static final int TAIL = 64 << 10;
    private static final long PATIENCE_SECONDS = 20;

    private final Path folder;
    private final Path logs;
    private final OutputLock lock;
    private final JobStore store;
    private final Thread worker;
    private final Object turn = new Object();

    private boolean closing;
    private @Nullable Job running;
    private @Nullable Process process;

    private JobQueue(Path folder, Path logs, OutputLock lock, JobStore store) {
        this.folder = folder;
        this.logs = logs;
        this.lock = lock;
        this.store = store;
        this.worker = Thread.ofPlatform().daemon().name("jobs").unstarted(this::work);
    }

    /**
     * Opens the queue of a folder, made where there is none, and goes on with what was left.
     *
     * @param folder jobs work in; command lines name files below it
     * @throws UserError if another server has it open, or it cannot be written
     */
    public static JobQueue open(Path folder) throws IOException {
        Path state = folder.resolve(FOLDER);
        OutputLock lock = OutputLock.folder(state);
        try {
            Path logs = Writing.folder(state.resolve("logs"));
            JobStore store = JobStore.open(state.resolve("jobs.sqlite"));
            for (Job job : store.all()) {
                if (job.state() == JobState.RUNNING) { // the server was killed; its child may still be there
                    ProcessHandle.of(job.pid())
                            .filter(old -> isOurs(old, job))
                            .ifPresent(ProcessHandle::destroyForcibly);
                    store.update(with(job, JobState.WAITING, 0, -1, 0));
                }
            }
            JobQueue queue = new JobQueue(folder, logs, lock, store);
            queue.worker.start();
            return queue;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Puts a command line at the end of the queue. */
    public Job add(String title, List<String> command, List<String> resume) throws IOException {
        synchronized (turn) {
            Job job = store.add(title, command, resume);
            turn.notifyAll();
            return job;
        }
    }

    /** All jobs, the oldest first. */
    public List<Job> all() throws IOException {
        return store.all();
    }

    /** Ends a job that runs, gently first, or takes a waiting one out of the queue. */
    public void cancel(long id) throws IOException {
        Process ending = null;
        synchronized (turn) {
            Job job = require(id);
            if (job.state() == JobState.WAITING) {
                store.update(with(job, JobState.CANCELLED, System.currentTimeMillis(), -1, 0));
            } else if (running != null && running.id() == id) {
                running = with(running, JobState.CANCELLED, 0, -1, running.pid());
                ending = process;
            }
        }
        if (ending != null) {
            end(ending);
        }
    }

    /** Puts a job that failed or was cancelled back into the queue; where it can, it goes on where it was. */
    public void resume(long id) throws IOException {
        synchronized (turn) {
            Job job = require(id);
            if (!job.state().isOver()) {
                throw new UserError("Job " + id + " is " + job.state().key()
                        + "; only one that failed or was cancelled can" + " go on.");
            }
            store.update(with(job, JobState.WAITING, 0, -1, 0));
            turn.notifyAll();
        }
    }

    /** Takes a job that does not run off the list, with its log; what it made stays. */
    public void remove(long id) throws IOException {
        synchronized (turn) {
            Job job = require(id);
            if (job.state() == JobState.RUNNING) {
                throw new UserError("Job " + id + " runs. Cancel it first.");
            }
            store.remove(id);
            Files.deleteIfExists(log(id));
        }
    }

    /** The last lines of what a job said; a line that renewed itself counts once. */
    public List<String> log(long id, int most) throws IOException {
        Path file = log(id);
        if (!Files.exists(file)) {
            return List.of();
        }
        byte[] bytes;
        try (RandomAccessFile read = new RandomAccessFile(file.toFile(), "r")) {
            long from = Math.max(0, read.length() - TAIL);
            bytes = new byte[(int) (read.length() - from)];
            read.seek(from);
            read.readFully(bytes);
        }
        List<String> lines = new String(bytes, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        return lines.subList(Math.max(0, lines.size() - most), lines.size());
    }

    /** How far a job is. */
    public JobProgress progress(long id) throws IOException {
        return JobProgress.of(log(id, 50));
    }

    /** Microns per pixel that a person gave for a slide that does not say it. */
    public OptionalDouble scale(String slide) throws IOException {
        return store.scale(slide);
    }

    /** Keeps the microns per pixel of a slide. */
    public void scale(String slide, double mpp) throws IOException {
        store.scale(slide, mpp);
    }

    /** Ends the job that runs; it goes on when the queue is opened again. */
    @Override
    public void close() throws IOException {
        Process ending;
        synchronized (turn) {
            closing = true;
            ending = process;
            turn.notifyAll();
        }
        if (ending != null) {
            end(ending);
        }
        try {
            worker.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        store.close();
        lock.close();
    }

    private void work() {
        try {
            while (true) {
                Job next = take();
                if (next == null) {
                    return;
                }
                run(next);
            }
        } catch (IOException e) {
            System.err.println("jobs: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Job take() throws IOException, InterruptedException {
        synchronized (turn) {
            while (!closing) {
                Optional<Job> next = store.all().stream()
                        .filter(job -> job.state() == JobState.WAITING)
                        .findFirst();
                if (next.isPresent()) {
                    return next.get();
                }
                turn.wait();
            }
            return null;
        }
    }

    private void run(Job next) throws IOException, InterruptedException {
        Process started;
        synchronized (turn) {
            if (closing || require(next.id()).state() != JobState.WAITING) { // cancelled meanwhile
                return;
            }
            Files.writeString(
                    log(next.id()),
                    "$ " + next.line() + "\n",
                    java.nio.file.StandardOpenOption.CREATE,
                    java.nio.file.StandardOpenOption.APPEND);
            started = OwnProgram.start(next.next(), folder, log(next.id()));
            process = started;
            running = new Job(
                    next.id(),
                    next.title(),
                    next.next(),
                    next.resume(),
                    JobState.RUNNING,
                    next.created(),
                    System.currentTimeMillis(),
                    0,
                    -1,
                    started.pid());
            store.update(running);
        }
        int exit = started.waitFor();
        synchronized (turn) {
            Job ended = running;
            if (ended != null) {
                long now = System.currentTimeMillis();
                store.update(
                        ended.state() == JobState.CANCELLED
                                ? with(ended, JobState.CANCELLED, now, exit, 0)
                                : closing && exit != 0
                                        ? with(ended, JobState.WAITING, 0, -1, 0)
                                        : with(ended, exit == 0 ? JobState.DONE : JobState.FAILED, now, exit, 0));
            }
            running = null;
            process = null;
        }
    }

    private Job require(long id) throws IOException {
        return store.find(id).orElseThrow(() -> new UserError("There is no job " + id + "."));
    }

    private Path log(long id) {
        return logs.resolve(id + ".log");
    }

    private static Job with(Job job, JobState state, long ended, int exit, long pid) {
        return new Job(
                job.id(),
                job.title(),
                job.command(),
                job.resume(),
                state,
                job.created(),
                job.started(),
                ended,
                exit,
                pid);
    }

    // A training saves a checkpoint when it is asked to end.
    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    // Numbers of processes are used again; ours began when the job did.
    private static boolean isOurs(ProcessHandle old, Job job) {
        return old.info()
                .startInstant()
                .filter(begun -> Math.abs(begun.toEpochMilli() - job.started()) < 5_000)
                .isPresent();
    }
}
