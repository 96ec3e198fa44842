package org.cyphervit.slide.codec;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/** Functions of libraries in C that decode slides. */
public final class NativeFunctions {
    private NativeFunctions() {}

    /** The function of that name, which the library must have. */
    public static MethodHandle find(SymbolLookup library, String name, FunctionDescriptor shape) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), shape);
    }

    /** Calls a function; null where it gives nothing. */
    public static Object call(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) { // invokeWithArguments declares it; a C function throws nothing
            throw new IllegalStateException(e);
        }
    }
}
