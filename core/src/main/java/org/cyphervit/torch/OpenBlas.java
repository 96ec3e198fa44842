package org.cyphervit.torch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * OpenBLAS, which multiplies for LibTorch where MKL was not asked for. It has threads of its own: as many as {@code
 * OMP_NUM_THREADS} says or the machine has, whatever number LibTorch was given. Java's binding finds none of its functions.
 */
final class OpenBlas {
    private static final Linker LINKER = Linker.nativeLinker();

    // LibTorch and OpenCV load one each; MKL's redistribution has files of the same names, without these functions.
    private static final List<Library> LOADED = mapped().map(path -> SymbolLookup.libraryLookup(path, Arena.global()))
            .filter(symbols -> symbols.find("openblas_get_corename").isPresent())
            .map(Library::new)
            .toList();

    private record Library(MethodHandle core, MethodHandle threads, MethodHandle setThreads) {
        private Library(SymbolLookup symbols) {
            this(
                    handle(symbols, "openblas_get_corename", FunctionDescriptor.of(ADDRESS)),
                    handle(symbols, "openblas_get_num_threads", FunctionDescriptor.of(JAVA_INT)),
                    handle(symbols, "openblas_set_num_threads", FunctionDescriptor.ofVoid(JAVA_INT)));
        }
    }

    private OpenBlas() {}

    /** The processor whose kernels it uses, such as {@code SkylakeX}; empty if MKL multiplies or this is not Linux. */
    static Optional<String> core() {
        return LOADED.stream()
                .findFirst()
                .map(library -> ((MemorySegment) call(library.core()))
                        .reinterpret(Long.MAX_VALUE)
                        .getString(0));
    }

    /** How many threads it uses; 0 if MKL multiplies or this is not Linux. */
    static int threads() {
        return LOADED.isEmpty() ? 0 : (int) call(LOADED.getFirst().threads());
    }

    /** Makes it use so many threads. */
    static synchronized void threads(int count) {
        LOADED.forEach(library -> call(library.setThreads(), count));
    }

    /**
     * Runs a part with one thread. The others wait for work spinning, for a thirtieth of a second, on the cores where
     * LibTorch's own threads work: where few products are OpenBLAS's, those are better done alone.
     */
    static <T> T alone(Supplier<T> part) {
        int before = threads();
        threads(1);
        try {
            return part.get();
        } finally {
            threads(before);
        }
    }

    private static MethodHandle handle(SymbolLookup symbols, String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(symbols.find(name).orElseThrow(), type);
    }

    private static Object call(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException("OpenBLAS could not be called", e);
        }
    }

    private static Stream<Path> mapped() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines
                    .map(line -> line.substring(line.indexOf('/') + 1))
                    .filter(path -> path.matches(".*/libopenblas[^/ ]*")) // not "... (deleted)", which nobody can open
                    .distinct()
                    .map(path -> Path.of("/" + path))
                    .toList()
                    .stream();
        } catch (IOException e) { // not Linux: its threads stay as the environment has them
            return Stream.of();
        }
    }
}
