package org.cyphervit.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.torch.Foreach;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * Something with named parameters (trained by gradient), named buffers (state that is not) and children. Names are
 * joined by dots, in the order of registration, which is the order of checkpoints.
 */
public abstract class Layer implements AutoCloseable {
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final Map<String, Tensor> buffers = new LinkedHashMap<>();
    private final Map<String, Layer> children = new LinkedHashMap<>();

    /** Registers a leaf tensor that is trained; it outlives the current scope. */
    protected final Tensor parameter(String name, Tensor value) {
        Tensor leaf = Scope.keep(value.detach().contiguous().requires_grad_(true));
        parameters.put(name, leaf);
        return leaf;
    }

    /** Registers state that is saved but not trained; it outlives the current scope. */
    protected final Tensor buffer(String name, Tensor value) {
        Tensor state = Scope.keep(value.detach().contiguous());
        buffers.put(name, state);
        return state;
    }

    protected final <L extends Layer> L child(String name, L layer) {
        children.put(name, layer);
        return layer;
    }

    /** Forgets a parameter of this layer itself and frees it. */
    protected final void remove(String parameter) {
        Scope.free(Objects.requireNonNull(parameters.remove(parameter), parameter));
    }

    /** Visits this layer and all below it with what their tensors' names begin with. */
    protected final void visit(BiConsumer<String, Layer> visitor) {
        collect("", (layer, prefix) -> visitor.accept(prefix, layer));
    }

    /** All parameters, children's included, by qualified name. */
    public final Map<String, Tensor> parameters() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        collect("", (layer, prefix) -> layer.parameters.forEach((name, tensor) -> all.put(prefix + name, tensor)));
        return all;
    }

    /** Parameters and buffers, children's included, by qualified name: all that a checkpoint holds. */
    public final Map<String, Tensor> state() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        collect("", (layer, prefix) -> {
            layer.parameters.forEach((name, tensor) -> all.put(prefix + name, tensor));
            layer.buffers.forEach((name, tensor) -> all.put(prefix + name, tensor));
        });
        return all;
    }

    /** Number of trained values. */
    public final long size() {
        return parameters().values().stream().mapToLong(Tensor::numel).sum();
    }

    /** Turns gradients on or off for all parameters: off for a teacher. */
    public final void trainable(boolean trainable) {
        parameters().values().forEach(tensor -> tensor.requires_grad_(trainable));
    }

    /**
     * Copies values into this layer's state.
     *
     * @throws IllegalArgumentException if a name is missing, unknown, or has another shape
     */
    public final void load(Map<String, Tensor> values) {
        Map<String, Tensor> own = state();
        if (!own.keySet().equals(values.keySet())) {
            List<String> missing = new ArrayList<>(own.keySet());
            missing.removeAll(values.keySet());
            List<String> unknown = new ArrayList<>(values.keySet());
            unknown.removeAll(own.keySet());
            throw new IllegalArgumentException("The values do not fit this "
                    + getClass().getSimpleName() + ": missing " + missing + ", unknown " + unknown + ".");
        }
        values.forEach((name, value) -> {
            long[] expected = Tensors.shape(Objects.requireNonNull(own.get(name)));
            if (!Arrays.equals(Tensors.shape(value), expected)) {
                throw new IllegalArgumentException("The values of '" + name + "' have shape "
                        + Arrays.toString(Tensors.shape(value)) + "; expected " + Arrays.toString(expected) + ".");
            }
        });
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            values.forEach(
                    (name, value) -> Objects.requireNonNull(own.get(name)).copy_(value));
        }
    }

    /** Copies the state of a layer of the same shape: a teacher that starts as its student. */
    public final void copyFrom(Layer other) {
        load(other.state());
    }

    /**
     * The exponential moving average {@code own = momentum * own + (1 - momentum) * other} of parameters. Buffers are left:
     * they are running means, which move in the layer's own passes ({@link ForwardMode#teacher}).
     */
    public final void emaUpdate(Layer other, double momentum) {
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Foreach.lerp(
                    List.copyOf(parameters().values()),
                    List.copyOf(other.parameters().values()),
                    1 - momentum);
        }
    }

    /** Frees all tensors; the layer cannot be used afterwards. */
    @Override
    public final void close() {
        state().values().forEach(Scope::free);
    }

    private void collect(String prefix, BiConsumer<Layer, String> visitor) {
        visitor.accept(this, prefix);
        children.forEach((name, child) -> child.collect(prefix + name + ".", visitor));
    }
}
