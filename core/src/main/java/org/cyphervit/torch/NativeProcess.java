package org.cyphervit.torch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.Optional;

/** The process below the JVM: its environment, which native libraries read, and glibc's memory. */
final class NativeProcess {
    // Parameters of mallopt, from glibc's malloc.h.
    private static final int TRIM_THRESHOLD = -1;
    private static final int TOP_PAD = -2;
    private static final int MMAP_MAX = -4;
    private static final int ARENA_MAX = -8;

    private static final int ALL_OF_A_HEAP = 64 << 20; // bytes; what glibc reserves at once for an arena of a thread

    private static final FunctionDescriptor SETENV = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    private static final FunctionDescriptor MALLOPT = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT);

    private static final FunctionDescriptor TRIM = FunctionDescriptor.of(JAVA_INT, JAVA_LONG);

    private NativeProcess() {}

    /**
     * Sets the variables that are not there yet.
     *
     * @return whether it could; there is no POSIX environment on Windows
     */
    static boolean environment(Map<String, String> variables) {
        Optional<MethodHandle> setenv = function("setenv", SETENV);
        if (setenv.isEmpty()) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            // The last argument, 0, keeps what is there.
            variables.forEach(
                    (name, value) -> call(setenv.get(), arena.allocateFrom(name), arena.allocateFrom(value), 0));
        }
        return true;
    }

    /**
     * Has glibc keep what it was given. Its own variables of the environment, which it reads as the process starts, win. Where
     * there is no glibc it does nothing.
     */
    static void keepMemory() {
        Optional<MethodHandle> mallopt = function("mallopt", MALLOPT);
        if (mallopt.isPresent() && System.getProperty("os.name").equals("Linux")) {
            option(mallopt.get(), "MALLOC_ARENA_MAX", ARENA_MAX, 1);
            option(mallopt.get(), "MALLOC_MMAP_MAX_", MMAP_MAX, 0);
            option(mallopt.get(), "MALLOC_TRIM_THRESHOLD_", TRIM_THRESHOLD, -1); // never
            option(mallopt.get(), "MALLOC_TOP_PAD_", TOP_PAD, ALL_OF_A_HEAP);
        }
    }

    /** Has glibc give back what nothing uses, also in the middle of its heap. Where there is no glibc it does nothing. */
    static void trimMemory() {
        if (System.getProperty("os.name").equals("Linux")) {
            function("malloc_trim", TRIM).ifPresent(trim -> call(trim, 0L));
        }
    }

    private static void option(MethodHandle mallopt, String variable, int parameter, int value) {
        if (System.getenv(variable) == null) {
            call(mallopt, parameter, value);
        }
    }

    private static Optional<MethodHandle> function(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> found = linker.defaultLookup().find(name);
        return found.map(address -> linker.downcallHandle(address, type));
    }

    private static void call(MethodHandle function, Object... arguments) {
        try {
            function.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException("A function of the C library could not be called", e);
        }
    }
}
