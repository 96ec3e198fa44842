package org.cyphervit.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.file.ProtobufMessage;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * A network's program as an ONNX graph of the standard operators (operator set 17, https://onnx.ai/onnx/operators). The
 * numbers of fields are those of onnx.proto3.
 */
final class OnnxWriter implements GraphWriter<String> {
    static final int OPERATOR_SET = 17;
    /** The first format version that knows operator set 17. */
    private static final int IR_VERSION = 8;

    private static final int FLOAT = 1;
    private static final int INT64 = 7;
    private static final int ATTRIBUTE_FLOAT = 1;
    private static final int ATTRIBUTE_INT = 2;
    private static final int ATTRIBUTE_INTS = 7;

    private final List<ProtobufMessage> nodes = new ArrayList<>();
    private final List<ProtobufMessage> initializers = new ArrayList<>();
    private final Set<String> defined = new HashSet<>();
    private int count;

    /**
     * The whole model.
     *
     * @param name of the graph
     * @param input its name
     * @param results the values to return, by the names they get
     * @param shapes of the input and of the results; the symbolic dimension is -1
     * @param free name of the symbolic dimension
     * @param properties free text kept in the file
     */
    ProtobufMessage model(
            String name,
            String input,
            Map<String, String> results,
            Map<String, long[]> shapes,
            String free,
            Map<String, String> properties) {
        ProtobufMessage graph = new ProtobufMessage();
        results.forEach((result, value) -> nodes.add(node("Identity", List.of(value), result, List.of())));
        nodes.forEach(node -> graph.message(1, node));
        graph.text(2, name);
        initializers.forEach(initializer -> graph.message(5, initializer));
        graph.message(11, info(input, shapes, free));
        results.keySet().forEach(result -> graph.message(12, info(result, shapes, free)));
        ProtobufMessage model = new ProtobufMessage()
                .integer(1, IR_VERSION)
                .text(2, "CypherViT for the JVM")
                .message(7, graph)
                .message(8, new ProtobufMessage().text(1, "").integer(2, OPERATOR_SET));
        properties.forEach((key, value) ->
                model.message(14, new ProtobufMessage().text(1, key).text(2, value)));
        return model;
    }

    @Override
    public String parameter(String name, Tensor value) {
        return initializer(name, plain(value));
    }

    // As the file holds it. The tensor lives in the current scope, which must outlive the writing of the model.
    private static Tensor plain(Tensor value) {
        return value.detach().to(new Device("cpu"), ScalarType.Float).contiguous();
    }

    @Override
    public String add(String a, String b) {
        return operation("Add", List.of(a, b));
    }

    @Override
    public String add(String a, double constant) {
        return add(a, scalar(constant));
    }

    @Override
    public String subtract(String a, String b) {
        return operation("Sub", List.of(a, b));
    }

    @Override
    public String multiply(String a, String b) {
        return operation("Mul", List.of(a, b));
    }

    @Override
    public String multiply(String a, double constant) {
        return multiply(a, scalar(constant));
    }

    @Override
    public String divide(String a, String b) {
        return operation("Div", List.of(a, b));
    }

    @Override
    public String matmul(String a, String b) {
        return operation("MatMul", List.of(a, b));
    }

    // MatMul wants (in, out): the weight is kept transposed, and named so.
    @Override
    public String linear(String x, String name, Tensor weight, @Nullable Tensor bias) {
        String product = matmul(x, parameter(name + ".weight.T", weight.t()));
        return bias == null ? product : add(product, parameter(name + ".bias", bias));
    }

    @Override
    public String layerNorm(String x, String name, Tensor weight, Tensor bias, double eps) {
        return operation(
                "LayerNormalization",
                List.of(x, parameter(name + ".weight", weight), parameter(name + ".bias", bias)),
                integer("axis", -1),
                real("epsilon", eps));
    }

    // x/2 (1 + erf(x / sqrt 2)): an operator of its own came with set 20 only.
    @Override
    public String gelu(String x) {
        String erf = operation("Erf", List.of(multiply(x, Math.sqrt(0.5))));
        return multiply(multiply(x, add(erf, 1)), 0.5);
    }

    @Override
    public String silu(String x) {
        return multiply(x, sigmoid(x));
    }

    @Override
    public String relu(String x) {
        return operation("Relu", List.of(x));
    }

    @Override
    public String tanh(String x) {
        return operation("Tanh", List.of(x));
    }

    @Override
    public String sigmoid(String x) {
        return operation("Sigmoid", List.of(x));
    }

    @Override
    public String softmax(String x) {
        return operation("Softmax", List.of(x), integer("axis", -1));
    }

    @Override
    public String unitRows(String x, double eps) {
        ProtobufMessage axes = attribute("axes", ATTRIBUTE_INTS).integer(8, -1);
        String norm = operation("ReduceL2", List.of(x), axes, integer("keepdims", 1));
        return divide(x, operation("Max", List.of(norm, scalar(eps))));
    }

    @Override
    public String oneHot(String x, long size) {
        String winner = operation("ArgMax", List.of(x), integer("axis", -1), integer("keepdims", 0));
        String offOn = initializer("off_on", Tensors.of(new float[] {0, 1}, 2));
        return operation("OneHot", List.of(winner, integers(size), offOn), integer("axis", -1));
    }

    @Override
    public String reshape(String x, long... shape) {
        return operation("Reshape", List.of(x, integers(shape)));
    }

    @Override
    public String transpose(String x, int... order) {
        ProtobufMessage attribute = attribute("perm", ATTRIBUTE_INTS);
        for (int axis : order) {
            attribute.integer(8, axis);
        }
        return operation("Transpose", List.of(x), attribute);
    }

    @Override
    public String slice(String x, int dimension, long start, long length) {
        return operation(
                "Slice", List.of(x, integers(start), integers(start + length), integers(dimension), integers(1)));
    }

    @Override
    public String concat(int dimension, List<String> parts) {
        return operation("Concat", parts, integer("axis", dimension));
    }

    @Override
    public String repeat(String x, String like, long n, long width) {
        String batch = operation("Shape", List.of(like), integer("start", 0), integer("end", 1));
        return operation("Expand", List.of(x, concat(0, List.of(batch, integers(n, width)))));
    }

    @Override
    public String sum(String x, int dimension) {
        return operation("ReduceSum", List.of(x, integers(dimension)), integer("keepdims", 1));
    }

    // Axes are an attribute here until set 18, an input of ReduceSum since 13.
    @Override
    public String mean(String x, int dimension) {
        return reduced("ReduceMean", x, dimension);
    }

    @Override
    public String max(String x, int dimension) {
        return reduced("ReduceMax", x, dimension);
    }

    private String reduced(String operation, String x, int dimension) {
        ProtobufMessage axes = attribute("axes", ATTRIBUTE_INTS).integer(8, dimension);
        return operation(operation, List.of(x), axes, integer("keepdims", 0));
    }

    private String operation(String type, List<String> inputs, ProtobufMessage... attributes) {
        String output = "v" + count++;
        nodes.add(node(type, inputs, output, List.of(attributes)));
        return output;
    }

    private static ProtobufMessage node(
            String type, List<String> inputs, String output, List<ProtobufMessage> attributes) {
        ProtobufMessage node = new ProtobufMessage();
        inputs.forEach(input -> node.text(1, input));
        node.text(2, output).text(3, type + "/" + output).text(4, type);
        attributes.forEach(attribute -> node.message(5, attribute));
        return node;
    }

    private static ProtobufMessage attribute(String name, int type) {
        return new ProtobufMessage().text(1, name).integer(20, type);
    }

    private static ProtobufMessage integer(String name, long value) {
        return attribute(name, ATTRIBUTE_INT).integer(3, value);
    }

    private static ProtobufMessage real(String name, double value) {
        return attribute(name, ATTRIBUTE_FLOAT).real(2, (float) value);
    }

    private String scalar(double value) {
        return initializer("constant_" + (float) value, Tensors.of(new float[] {(float) value}));
    }

    private String integers(long... values) {
        StringBuilder name = new StringBuilder("integers");
        ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            name.append('_').append(value);
            raw.putLong(value);
        }
        return initializer(name.toString(), INT64, new long[] {values.length}, raw.flip());
    }

    private String initializer(String name, Tensor tensor) {
        return initializer(name, FLOAT, Tensors.shape(tensor), Tensors.buffer(tensor));
    }

    private String initializer(String name, int type, long[] shape, ByteBuffer raw) {
        if (defined.add(name)) {
            ProtobufMessage tensor = new ProtobufMessage();
            for (long n : shape) {
                tensor.integer(1, n);
            }
            initializers.add(tensor.integer(2, type).text(8, name).bytes(9, raw));
        }
        return name;
    }

    private static ProtobufMessage info(String name, Map<String, long[]> shapes, String free) {
        ProtobufMessage shape = new ProtobufMessage();
        for (long n : Objects.requireNonNull(shapes.get(name), name)) {
            ProtobufMessage dimension = new ProtobufMessage();
            shape.message(1, n < 0 ? dimension.text(2, free) : dimension.integer(1, n));
        }
        ProtobufMessage tensor = new ProtobufMessage().integer(1, FLOAT).message(2, shape);
        return new ProtobufMessage().text(1, name).message(2, new ProtobufMessage().message(1, tensor));
    }
}
