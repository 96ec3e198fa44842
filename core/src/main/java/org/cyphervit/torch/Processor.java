package org.cyphervit.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** What the processor has, known without loading the engine, whose settings may depend on it. */
public final class Processor {
    private Processor() {}

    /** Cores that this process may use, two hyperthreads being one where the system tells. */
    public static int cores() {
        return Cores.COUNT;
    }

    private static final class Cores {
        private static final int COUNT =
                Math.min(Runtime.getRuntime().availableProcessors(), physical().orElse(Integer.MAX_VALUE));

        private static OptionalInt physical() {
            try (Stream<Path> processors = Files.list(Path.of("/sys/devices/system/cpu"))) {
                int found = Math.toIntExact(processors
                        .map(processor -> processor.resolve("topology/thread_siblings_list"))
                        .filter(Files::isReadable)
                        .map(Cores::siblings)
                        .distinct()
                        .count());
                return found == 0 ? OptionalInt.empty() : OptionalInt.of(found);
            } catch (IOException | UncheckedIOException e) { // no Linux
                return OptionalInt.empty();
            }
        }

        private static String siblings(Path list) {
            try {
                return Files.readString(list);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The processor's instructions for bfloat16, such as {@code AMX}; empty where it has none or does not tell. */
    public static String bf16() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            String flags = lines.filter(line -> line.startsWith("flags") || line.startsWith("Features"))
                    .findFirst()
                    .orElse("");
            return flags.contains("amx_bf16")
                    ? "AMX"
                    : flags.contains("avx512_bf16") ? "AVX-512" : flags.contains(" bf16") ? "Arm" : "";
        } catch (IOException e) { // no Linux
            return "";
        }
    }
}
