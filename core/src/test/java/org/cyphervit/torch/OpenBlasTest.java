package org.cyphervit.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Both libraries of matrix products in a program of their own each, as a process loads one and stays with it. */
class OpenBlasTest {
    /** Prints MKL or the kernels of OpenBLAS, and a product that is known. */
    static final class Program {
        public static void main(String[] arguments) {
            Engine.threads(1);
            try (Scope scope = Scope.open()) {
                Tensor product = torch.ones(300, 200).matmul(torch.ones(200, 100));
                System.out.print(Engine.mkl() + " " + Engine.openBlasKernels().orElse("none") + " "
                        + product.sum().item_double());
            }
        }
    }

    @Test
    void theLibraryIsTheOneAskedFor() throws Exception {
        assumeTrue(
                System.getProperty("os.arch").matches("amd64|x86_64")
                        && System.getProperty("os.name").equals("Linux"),
                "skipped: MKL and the names of kernels are for Linux on x86");
        assertThat(run("-Dorg.bytedeco.openblas.load=mkl_rt")).isEqualTo("true none 6000000.0");
        assertThat(run("-Dorg.bytedeco.openblas.load=")).isEqualTo("false Nehalem 6000000.0");
    }

    private static String run(String choice) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                choice,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName()));
        builder.environment().putAll(Map.of("OPENBLAS_CORETYPE", "Nehalem")); // every x86 of today can run it
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output;
    }
}
