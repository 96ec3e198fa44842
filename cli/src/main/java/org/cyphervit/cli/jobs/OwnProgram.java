package org.cyphervit.cli.jobs;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * This program once more, as a process of its own: the same Java, flags and class path. It does nothing before it is told to
 * begin, so that no process works that its server, killed in that moment, did not write down.
 */
public final class OwnProgram {
    private static final String MAIN = "org.cyphervit.cli.Main";
    private static final String WAITS = "cyphervit.job";
    private static final long PATIENCE_SECONDS = 20;

    private OwnProgram() {}

    /** Waits, in a process that a queue started, to be told to begin; false if who would tell it is gone. */
    public static boolean mayBegin() {
        try {
            return !Boolean.getBoolean(WAITS) || System.in.read() >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Tells a command to begin. */
    static void begin(Process process) {
        try (OutputStream word = process.getOutputStream()) {
            word.write('\n');
        } catch (IOException e) {
            process.destroy(); // it has ended already; its exit code tells
        }
    }

    /**
     * Starts a command, which waits for {@link #begin}.
     *
     * @param folder it works in
     * @param log to which what it says is added
     */
    static Process start(List<String> arguments, Path folder, Path log) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            // An agent, a debugger's port or the archive that this process may write belongs to this process alone.
            if (!flag.startsWith("-agent")
                    && !flag.startsWith("-javaagent")
                    && !flag.contains("AutoCreateSharedArchive")) {
                command.add(flag);
            }
        }
        command.add("-D" + WAITS + "=true");
        command.add("-Dcyphervit.progress.seconds=1");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(MAIN);
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** A process that an earlier server started at a time and left behind, if it still runs. */
    static Optional<ProcessHandle> find(long pid, long started) {
        // Numbers of processes are used again; ours began when the job did.
        return ProcessHandle.of(pid)
                .filter(old -> old.info()
                        .startInstant()
                        .filter(begun -> Math.abs(begun.toEpochMilli() - started) < 5_000)
                        .isPresent());
    }

    /** Ends a process, gently first: a training saves a checkpoint when it is asked to end. */
    static void end(ProcessHandle process) {
        process.destroy();
        try {
            try {
                process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                process.destroyForcibly();
                process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS); // until then it holds its output's lock
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            System.err.println("jobs: process " + process.pid() + " does not end: " + e.getMessage());
        }
    }
}
