package org.cyphervit.export;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.nn.GraphWriter;
import org.jspecify.annotations.Nullable;

/** A network's program in TorchScript: one statement an operation, of those that LibTorch 1.13 already has. */
final class TorchScriptWriter implements GraphWriter<String> {
    private final StringBuilder body = new StringBuilder();
    private final Map<String, Tensor> parameters = new TreeMap<>();
    private int count;

    /** The statements so far, indented. */
    String body() {
        return body.toString();
    }

    /** The weights that the statements refer to, by attribute; they live in the current scope. */
    Map<String, Tensor> parameters() {
        return parameters;
    }

    @Override
    public String parameter(String name, Tensor value) {
        String attribute = name.replace('.', '_'); // dots cannot stand in a name
        parameters.computeIfAbsent(
                attribute,
                missing ->
                        value.detach().to(new Device("cpu"), ScalarType.Float).contiguous());
        return "self." + attribute;
    }

    @Override
    public String add(String a, String b) {
        return value(a + " + " + b);
    }

    @Override
    public String add(String a, double constant) {
        return value(a + " + " + constant);
    }

    @Override
    public String subtract(String a, String b) {
        return value(a + " - " + b);
    }

    @Override
    public String multiply(String a, String b) {
        return value(a + " * " + b);
    }

    @Override
    public String multiply(String a, double constant) {
        return value(a + " * " + constant);
    }

    @Override
    public String divide(String a, String b) {
        return value(a + " / " + b);
    }

    @Override
    public String matmul(String a, String b) {
        return value("torch.matmul(" + a + ", " + b + ")");
    }

    @Override
    public String linear(String x, String name, Tensor weight, @Nullable Tensor bias) {
        String shift = bias == null ? "" : ", " + parameter(name + ".bias", bias);
        return value("torch.linear(" + x + ", " + parameter(name + ".weight", weight) + shift + ")");
    }

    @Override
    public String layerNorm(String x, String name, Tensor weight, Tensor bias, double eps) {
        return value("torch.layer_norm(" + x + ", [" + weight.size(0) + "], " + parameter(name + ".weight", weight)
                + ", " + parameter(name + ".bias", bias) + ", " + eps + ")");
    }

    @Override
    public String gelu(String x) {
        return value("torch.gelu(" + x + ")");
    }

    @Override
    public String silu(String x) {
        return value("torch.silu(" + x + ")");
    }

    @Override
    public String relu(String x) {
        return value("torch.relu(" + x + ")");
    }

    @Override
    public String tanh(String x) {
        return value("torch.tanh(" + x + ")");
    }

    @Override
    public String sigmoid(String x) {
        return value("torch.sigmoid(" + x + ")");
    }

    @Override
    public String softmax(String x) {
        return value("torch.softmax(" + x + ", -1)");
    }

    @Override
    public String unitRows(String x, double eps) {
        String norm = value("torch.sqrt(torch.sum(" + x + " * " + x + ", [-1], True))");
        return value(x + " / torch.clamp(" + norm + ", " + eps + ")");
    }

    @Override
    public String oneHot(String x, long size) {
        return value("torch.scatter(torch.zeros_like(" + x + "), -1, torch.argmax(" + x + ", -1, True), 1.0)");
    }

    @Override
    public String reshape(String x, long... shape) {
        return value("torch.reshape(" + x + ", " + Arrays.toString(shape) + ")");
    }

    @Override
    public String transpose(String x, int... order) {
        return value("torch.permute(" + x + ", " + Arrays.toString(order) + ")");
    }

    @Override
    public String slice(String x, int dimension, long start, long length) {
        return value("torch.narrow(" + x + ", " + dimension + ", " + start + ", " + length + ")");
    }

    @Override
    public String concat(int dimension, List<String> parts) {
        return value(parts.stream().collect(Collectors.joining(", ", "torch.cat([", "], " + dimension + ")")));
    }

    @Override
    public String repeat(String x, String like, long n, long width) {
        return value(x + ".expand([" + like + ".size(0), " + n + ", " + width + "])");
    }

    @Override
    public String sum(String x, int dimension) {
        return value("torch.sum(" + x + ", [" + dimension + "], True)");
    }

    @Override
    public String mean(String x, int dimension) {
        return value("torch.mean(" + x + ", [" + dimension + "])");
    }

    @Override
    public String max(String x, int dimension) {
        return value("torch.amax(" + x + ", [" + dimension + "])");
    }

    private String value(String expression) {
        String name = "v" + count++;
        body.append("  ").append(name).append(" = ").append(expression).append('\n');
        return name;
    }
}
