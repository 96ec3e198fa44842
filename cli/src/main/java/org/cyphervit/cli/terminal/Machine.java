package org.cyphervit.cli.terminal;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the process uses of the machine. */
public final class Machine {
    private Machine() {}

    /** Largest resident memory so far in MiB; -1 where the system does not tell (only Linux does). */
    public static long peakMemoryMib() {
        return status("VmHWM:");
    }

    /** Resident memory now in MiB; -1 where the system does not tell. */
    public static long memoryMib() {
        return status("VmRSS:");
    }

    /** The processor's model; its architecture where the system does not tell the model (only Linux does). */
    public static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    /** Whether a person watches, so that a line may renew itself. */
    @SuppressWarnings("SystemConsoleNull") // the JDK says never null, the null checker knows better
    public static boolean hasTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    private static long status(String key) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith(key)) {
                    return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
                }
            }
        } catch (IOException e) {
            return -1;
        }
        return -1;
    }
}
