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
    /** The folder of the project's own fixtures; its README says what each file pins. Tests run in the folder of their module. */
    static final Path OWN = Path.of("src/test/resources/reference").toAbsolutePath();

    /**
     * Reads {@code name.safetensors} from the folder that the system property reference.dir names, by default the project's own.
     * A file that another folder lacks skips the test; one that the project's own folder lacks fails it.
     */
    public static Fixture read(String name) throws IOException {
        Path folder = folder();
        Path file = folder.resolve(name + ".safetensors");
        Assumptions.assumeTrue(Files.exists(file) || folder.equals(OWN), () -> "skipped: no reference fixture " + file);
        return new Fixture(SafeTensors.read(file));
    }

    /** The name under which {@link #read} finds a file. */
    static String nameOf(Path file) {
        return file.getFileName().toString().replace(".safetensors", "");
    }

    private static Path folder() {
        String named = System.getProperty("reference.dir", "");
        return named.isBlank() ? OWN : Path.of(named).toAbsolutePath().normalize();
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
