package org.cyphervit.hostile;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.cyphervit.UserError;
import org.jspecify.annotations.Nullable;

/**
 * The process that reads hostile files. Arguments: a folder and the number of files per format. Prints a line per format:
 * its name, files, files refused, the slowest file's milliseconds and the process' peak memory in MiB so far.
 */
final class HostileFilesProcess {
    static final List<HostileFormat> FORMATS = List.of(
            new HostileNpy(),
            new HostilePth(),
            new HostileSafeTensors(),
            new HostileHdf5(),
            new HostileZip(),
            new HostileTar());

    private static final long LIMIT_SECONDS = 10;
    private static final long MOST_SECONDS = 60;

    private final Path file;
    private long slowest;

    private HostileFilesProcess(Path file) {
        this.file = file;
    }

    public static void main(String[] args) throws Exception {
        for (HostileFormat format : FORMATS) {
            if (args.length > 2 && !args[2].equals(format.extension())) {
                continue;
            }
            Path file = Path.of(args[0]).resolve("hostile." + format.extension());
            String line = new HostileFilesProcess(file).run(format, Integer.parseInt(args[1]));
            System.out.println(line);
        }
        System.exit(0); // threads of a file that never ended are left
    }

    private String run(HostileFormat format, int files) throws Exception {
        for (HostileFormat.Trouble trouble : format.troubles()) {
            trouble.maker().write(file);
            if (!isRefused(format, trouble.name())) {
                fail(trouble.name(), "was read; it must be refused", null);
            }
        }
        int refused = 0;
        for (int i = 0; i < files; i++) {
            format.write(
                    file, new SplittableRandom(1000L * i + format.extension().hashCode()));
            refused += isRefused(format, "file " + i) ? 1 : 0;
        }
        Files.delete(file);
        return format.extension() + " " + (files + format.troubles().size()) + " "
                + (refused + format.troubles().size()) + " " + slowest + " " + peakMebibytes();
    }

    private boolean isRefused(HostileFormat format, String name) throws InterruptedException {
        FutureTask<@Nullable Void> reading = new FutureTask<>(() -> {
            format.read(file);
            return null;
        });
        Thread reader = Thread.ofPlatform().daemon().start(reading);
        long seconds = 0;
        try {
            // Of the reader's own time: another program's work on the machine is none of the file's.
            while (true) {
                try {
                    reading.get(LIMIT_SECONDS, TimeUnit.SECONDS);
                    return false;
                } catch (TimeoutException e) {
                    seconds += LIMIT_SECONDS;
                    if (seconds >= MOST_SECONDS || milliseconds(reader) > 1000 * LIMIT_SECONDS) {
                        fail(name, "takes more than " + LIMIT_SECONDS + " s", null);
                    }
                }
            }
        } catch (ExecutionException e) {
            boolean told = (e.getCause() instanceof UserError || e.getCause() instanceof IOException)
                    && String.valueOf(e.getCause().getMessage())
                            .contains(file.getFileName().toString());
            if (!told) {
                fail(name, "is no message that names the file", e.getCause());
            }
            return true;
        } finally {
            slowest = Math.max(slowest, milliseconds(reader));
        }
    }

    // Processor time; 0 for a thread that has ended, whose time is that of a quick file.
    private static long milliseconds(Thread thread) {
        return Math.max(0, ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId())) / 1_000_000;
    }

    private void fail(String name, String why, @Nullable Throwable cause) {
        System.out.println("FAILED " + file.getFileName() + ", " + name + ": " + why);
        if (cause != null) {
            cause.printStackTrace(System.out);
        }
        System.out.flush();
        Runtime.getRuntime().halt(1);
    }

    private static long peakMebibytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .sum();
    }
}
