package org.cyphervit.export;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.nn.GraphWriter;

/**
 * A backbone, from normalised images (B,3,S,S) to all that it gives.
 *
 * @param size S
 */
record EncoderProgram(Backbone backbone, int size) implements NetworkProgram {
    @Override
    public String name() {
        return "encoder";
    }

    @Override
    public String input() {
        return "images";
    }

    @Override
    public String free() {
        return "batch";
    }

    @Override
    public Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        backbone.config()
                .outputs(size, backbone.spec().pooling())
                .forEach((name, shape) -> shapes.put(
                        name,
                        LongStream.concat(LongStream.of(-1), LongStream.of(shape))
                                .toArray()));
        shapes.put(input(), new long[] {-1, 3, size, size});
        return shapes;
    }

    @Override
    public long bytes() {
        return backbone.state().values().stream().mapToLong(Tensor::nbytes).sum();
    }

    @Override
    public <V> Map<String, V> write(GraphWriter<V> graph, V images) {
        return backbone.write(graph, size, images);
    }
}
