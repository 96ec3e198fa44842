package org.cyphervit.group;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.cyphervit.UserError;
import org.cyphervit.torch.EngineSettings;

/**
 * The other ranks of a group on this host: copies of this program with the same arguments, which find their rank in the
 * environment. They write to standard error only.
 */
public final class LocalLauncher implements AutoCloseable {
    private static final long GRACE_SECONDS = 30;

    private final Rendezvous rendezvous;
    private final List<Process> processes = new ArrayList<>();

    private LocalLauncher(Rendezvous rendezvous) {
        this.rendezvous = rendezvous;
    }

    /**
     * Starts ranks 1 to size - 1; this process is rank 0. Processors are shared out evenly.
     *
     * @param program whose main method the others run
     * @param arguments of that method
     */
    public static LocalLauncher start(int size, Duration timeout, Class<?> program, List<String> arguments)
            throws IOException {
        if (size < 1) {
            throw new UserError("A group needs at least one process (setting 'processes'); got " + size + ".");
        }
        LocalLauncher siblings =
                new LocalLauncher(new Rendezvous(0, size, 0, "127.0.0.1", size == 1 ? 0 : freePort(), "", timeout));
        String threads = Integer.toString(Math.max(1, Runtime.getRuntime().availableProcessors() / size));
        if (size > 1 && System.getenv("OMP_NUM_THREADS") == null) {
            EngineSettings.threads(Integer.parseInt(threads));
        }
        for (int rank = 1; rank < size; rank++) {
            siblings.add(rank, threads, command(program, arguments));
        }
        return siblings;
    }

    /** For a process whose siblings a launcher has started. */
    public static LocalLauncher startedElsewhere(Rendezvous rendezvous) {
        return new LocalLauncher(rendezvous);
    }

    /** What this process is in the group. */
    public Rendezvous membership() {
        return rendezvous;
    }

    private void add(int rank, String threads, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = builder.environment();
        environment.putIfAbsent("OMP_NUM_THREADS", threads);
        environment.put("RANK", Integer.toString(rank));
        environment.put("LOCAL_RANK", Integer.toString(rank));
        environment.put("WORLD_SIZE", Integer.toString(rendezvous.size()));
        environment.put("MASTER_ADDR", rendezvous.host());
        environment.put("MASTER_PORT", Integer.toString(rendezvous.port()));
        Process process = builder.start();
        process.getOutputStream().close(); // it has no input
        processes.add(process);
        Thread.ofVirtual().start(() -> tellFailure(rank, process));
    }

    private static void tellFailure(int rank, Process process) {
        try {
            int code = process.waitFor();
            if (code != 0) {
                System.err.println(
                        "Rank " + rank + " (process " + process.pid() + ") ended with exit code " + code + ".");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<String> command(Class<?> program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> !flag.startsWith("-javaagent"))
                .toList());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(arguments);
        return command;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Waits until the others have ended, half a minute at most; then ends them. */
    @Override
    public void close() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(GRACE_SECONDS);
        for (Process process : processes) {
            try {
                if (!process.waitFor(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
