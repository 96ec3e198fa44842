package org.cyphervit.export;

import java.util.Map;
import org.cyphervit.nn.GraphWriter;

/** A network that can write its evaluation pass down, and so leave as ONNX or TorchScript. */
public interface NetworkProgram {
    /** Such as {@code encoder}; letters alone. */
    String name();

    /** The name of its only input. */
    String input();

    /** What the symbolic dimension counts, such as {@code batch}. */
    String free();

    /** Shapes of the input and of the results by name, the symbolic dimension being -1. */
    Map<String, long[]> shapes();

    /** Of the weights. */
    long bytes();

    /**
     * Writes the pass.
     *
     * @return the results by name, in the order in which they are returned
     */
    <V> Map<String, V> write(GraphWriter<V> graph, V input);
}
