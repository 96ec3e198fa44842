package org.cyphervit.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Memory of this process and of the machine, as Linux tells it, in bytes. Elsewhere all is unknown. */
public final class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path MACHINE = Path.of("/proc/meminfo");
    private static final Path RESET = Path.of("/proc/self/clear_refs");
    private static final String RESET_PEAK = "5";

    private ProcessMemory() {}

    /** What the process holds now. */
    public static OptionalLong resident() {
        return field(STATUS, "VmRSS:");
    }

    /** The most that it held since its start, or since {@link #startAnew}. */
    public static OptionalLong peak() {
        return field(STATUS, "VmHWM:");
    }

    /**
     * What the process may hold before the system has to take memory from someone: what is free now, with what it holds
     * already, within the limit of its container.
     */
    public static OptionalLong limit() {
        OptionalLong free = field(MACHINE, "MemAvailable:");
        OptionalLong own = resident();
        if (free.isEmpty() || own.isEmpty()) {
            return OptionalLong.empty();
        }
        long limit = free.getAsLong() + own.getAsLong();
        OptionalLong container = container();
        return OptionalLong.of(container.isPresent() ? Math.min(limit, container.getAsLong()) : limit);
    }

    /**
     * Gives memory that nothing uses back to the system and forgets the peak, so that {@link #peak} tells of what follows.
     *
     * @return whether the system lets it
     */
    public static boolean startAnew() {
        NativeProcess.trimMemory();
        try {
            Files.writeString(RESET, RESET_PEAK);
            return true;
        } catch (IOException e) { // no Linux, or a container that forbids it
            return false;
        }
    }

    // A group's limit of memory in the second version of control groups, or in the first.
    private static OptionalLong container() {
        for (String file : new String[] {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
            try {
                String text = Files.readString(Path.of(file)).strip();
                if (text.matches("\\d{1,18}")) {
                    return OptionalLong.of(Long.parseLong(text));
                }
            } catch (IOException e) {
                // the other version
            }
        }
        return OptionalLong.empty();
    }

    private static OptionalLong field(Path file, String name) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", ""))) // in kB
                    .findFirst();
        } catch (IOException e) { // no Linux
            return OptionalLong.empty();
        }
    }
}
