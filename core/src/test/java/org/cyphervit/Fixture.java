package org.cyphervit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.checkpoint.SafeTensors;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Assumptions;

/** A reference file: inputs and outputs of an official implementation. */
public record Fixture(SafeTensors.Contents contents) {
    /** Reads {@code name.safetensors} from the folder that the system property reference.dir names, or skips the test. */
    public static Fixture read(String name) throws IOException {
        String folder = System.getProperty("reference.dir", "../shared/reference");
        Path file = Path.of(folder, name + ".safetensors");
        Assumptions.assumeTrue(Files.exists(file), "skipped: no reference fixture " + file);
        return new Fixture(SafeTensors.read(file));
    }

    public Tensor input(String name) {
        return Tensors.onto(contents.tensor("input." + name), TestDevice.get());
    }

    public Tensor expected(String name) {
        return contents.tensor("expected." + name);
    }

    public Map<String, Tensor> weights() {
        return contents.under("weights.");
    }

    public String meta(String key) {
        return java.util.Objects.requireNonNull(contents.metadata().get(key), key);
    }

    public int integer(String key) {
        return Integer.parseInt(meta(key));
    }

    public double number(String key) {
        return Double.parseDouble(meta(key));
    }

    /** Whether |actual - expected| / |expected| in norm is at most the tolerance. */
    public void check(String name, Tensor actual, double tolerance) {
        Tensor expected = expected(name);
        assertThat(relativeError(actual, expected)).as(name).isLessThanOrEqualTo(tolerance);
    }

    public static double relativeError(Tensor actual, Tensor expected) {
        Tensor a = actual.detach().cpu().to(ScalarType.Double);
        Tensor e = expected.cpu().to(ScalarType.Double);
        assertThat(a.numel()).isEqualTo(e.numel());
        return a.reshape(-1).sub(e.reshape(-1)).norm().item_double() / e.norm().item_double();
    }
}
