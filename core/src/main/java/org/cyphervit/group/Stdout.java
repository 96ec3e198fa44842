package org.cyphervit.group;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.function.Supplier;

/** Keeps native code from writing to standard output, which carries the commands' results alone. */
final class Stdout {
    private Stdout() {}

    /** Runs something whose native output goes to standard error; where that cannot be arranged it just runs. */
    static <T> T silenced(Supplier<T> talkative) {
        Linker linker = Linker.nativeLinker();
        SymbolLookup c = linker.defaultLookup();
        MemorySegment dup = c.find("dup").orElse(MemorySegment.NULL);
        MemorySegment dup2 = c.find("dup2").orElse(MemorySegment.NULL);
        MemorySegment close = c.find("close").orElse(MemorySegment.NULL);
        if (dup.address() == 0 || dup2.address() == 0 || close.address() == 0) { // no POSIX
            return talkative.get();
        }
        FunctionDescriptor one = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        FunctionDescriptor two =
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        System.out.flush();
        int kept = call(linker.downcallHandle(dup, one), 1);
        MethodHandle redirect = linker.downcallHandle(dup2, two);
        call(redirect, 2, 1);
        try {
            return talkative.get();
        } finally {
            call(redirect, kept, 1);
            call(linker.downcallHandle(close, one), kept);
        }
    }

    private static int call(MethodHandle function, Object... arguments) {
        try {
            return (int) function.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
