package org.cyphervit.cli.jobs;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
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
    private static final long AGAIN_MILLISECONDS = 5_000;

    private final Path folder;
    private final Path logs;
    private final OutputLock lock;
    private final JobStore store;
    private final List<ProcessHandle> leftBehind;
    private final Thread worker;
    private final Object turn = new Object();

    private boolean closing;
    private @Nullable Job running;
    private @Nullable Process process;

    private JobQueue(Path folder, Path logs, OutputLock lock, JobStore store, List<ProcessHandle> leftBehind) {
        this.folder = folder;
        this.logs = logs;
        this.lock = lock;
        this.store = store;
        this.leftBehind = leftBehind;
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
            List<ProcessHandle> leftBehind = new ArrayList<>();
            for (Job job : store.all()) {
                if (job.state() == JobState.RUNNING) { // the server was killed; its child may still be there
                    OwnProgram.find(job.pid(), job.started()).ifPresent(leftBehind::add);
                    store.update(job.with(JobState.WAITING, 0, -1, 0));
                }
            }
            JobQueue queue = new JobQueue(folder, logs, lock, store, leftBehind);
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
                store.update(job.with(JobState.CANCELLED, System.currentTimeMillis(), -1, 0));
            } else if (running != null && running.id() == id) {
                running = running.with(JobState.CANCELLED, 0, -1, running.pid());
                ending = process;
            }
        }
        if (ending != null) {
            OwnProgram.end(ending.toHandle());
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
            store.update(job.with(JobState.WAITING, 0, -1, 0));
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
            OwnProgram.end(ending.toHandle());
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
            while (!leftBehind.isEmpty()) { // they write where the same jobs will
                OwnProgram.end(leftBehind.removeLast());
            }
            boolean open = true;
            while (open) {
                try {
                    open = next();
                } catch (IOException | UserError e) { // such as a full disk: no job is lost by it
                    System.err.println("jobs: " + e.getMessage());
                    open = rest();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // Runs the next job, or writes down how the last one ended; false when the queue is closed.
    private boolean next() throws IOException, InterruptedException {
        if (running == null) {
            Job next = take();
            if (next == null) {
                return false;
            }
            start(next);
        }
        finish();
        return true;
    }

    private boolean rest() throws InterruptedException {
        synchronized (turn) {
            long until = System.currentTimeMillis() + AGAIN_MILLISECONDS;
            for (long left = AGAIN_MILLISECONDS; !closing && left > 0; left = until - System.currentTimeMillis()) {
                turn.wait(left);
            }
            return !closing;
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

    private void start(Job next) throws IOException {
        synchronized (turn) {
            if (closing || require(next.id()).state() != JobState.WAITING) { // cancelled meanwhile
                return;
            }
            Path log = log(next.id());
            Writing.of(
                    log,
                    () -> Files.writeString(
                            log, "$ " + next.line() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND));
            Process started = OwnProgram.start(next.next(), folder, log);
            Job job = next.running(started.pid());
            try {
                store.update(job);
            } catch (IOException | UserError e) {
                started.destroyForcibly();
                throw e;
            }
            process = started;
            running = job;
            OwnProgram.begin(started);
        }
    }

    private void finish() throws IOException, InterruptedException {
        Process started = process;
        if (started == null) {
            return;
        }
        int exit = started.waitFor();
        synchronized (turn) {
            Job ended = running;
            if (ended != null) {
                long now = System.currentTimeMillis();
                store.update(
                        ended.state() == JobState.CANCELLED
                                ? ended.with(JobState.CANCELLED, now, exit, 0)
                                : closing && exit != 0
                                        ? ended.with(JobState.WAITING, 0, -1, 0)
                                        : ended.with(exit == 0 ? JobState.DONE : JobState.FAILED, now, exit, 0));
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
}
