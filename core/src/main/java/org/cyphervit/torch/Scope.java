package org.cyphervit.torch;

import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * The lifetime of native tensors: everything allocated while a scope is the innermost one of its thread is freed when it
 * closes. The program runs without pointer garbage collection (it doubles the cost of small operations), so a tensor
 * that is made outside any scope lives until {@link #free}.
 */
public final class Scope implements AutoCloseable {
    static {
        NativeLibraries.unpack();
    }

    private final PointerScope scope;

    private Scope(PointerScope scope) {
        this.scope = scope;
    }

    /** Opens a scope on this thread; close it in the reverse order of opening (try-with-resources). */
    public static Scope open() {
        return new Scope(new PointerScope());
    }

    /**
     * A tensor whose intermediate ones are freed as soon as it is there; it belongs to the scope around. Autograd keeps on its
     * own what a backward pass needs of them. Without this a network holds every layer's tensors until its scope closes.
     */
    public static Tensor only(Supplier<Tensor> computation) {
        Tensor result;
        try (Scope inner = open()) {
            result = keep(computation.get());
        }
        PointerScope around = PointerScope.getInnerScope();
        if (around != null) {
            around.attach(result); // one reference more, so that of keep can go
            result.releaseReference();
        }
        return result;
    }

    /**
     * Lets a tensor outlive the scope it was made in. {@code PointerScope.detach} would null it; one more reference does
     * not. The caller owes a {@link #free}, or keeps it for the life of the program.
     */
    public static <P extends Pointer> P keep(P pointer) {
        pointer.retainReference();
        return pointer;
    }

    /** Frees what {@link #keep} kept (or what was made outside any scope); harmless on null pointers. */
    public static void free(Pointer pointer) {
        if (!pointer.isNull()) {
            pointer.releaseReference();
        }
    }

    @Override
    public void close() {
        scope.close();
    }
}
