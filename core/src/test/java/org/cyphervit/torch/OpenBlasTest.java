package org.cyphervit.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.junit.jupiter.api.Test;

/** Both libraries of matrix products in a program of their own each, as a process loads one and stays with it. */
class OpenBlasTest {
    /** Prints whether MKL multiplies, the kernels of OpenBLAS, its threads by precision, and a product that is known. */
    static final class Program {
        public static void main(String[] arguments) {
            Engine.threads(2);
            Device cpu = Engine.device("cpu");
            try (Scope scope = Scope.open()) {
                int inFloat32 = Precision.FP32.run(cpu, OpenBlas::threads);
                int inBfloat16 = Precision.BF16.run(cpu, OpenBlas::threads);
                Tensor product = torch.ones(300, 200).matmul(torch.ones(200, 100));
                System.out.print(List.of(
                        Engine.mkl(),
                        Engine.openBlasKernels().orElse("none"),
                        inFloat32,
                        inBfloat16,
                        OpenBlas.threads(),
                        product.sum().item_double()));
            }
        }
    }

    @Test
    void theLibraryIsTheOneAskedForAndItsThreadsFollow() throws Exception {
        assumeTrue(
                System.getProperty("os.arch").matches("amd64|x86_64")
                        && System.getProperty("os.name").equals("Linux"),
                "skipped: MKL and the names of kernels are for Linux on x86");
        assertThat(run("-Dorg.bytedeco.openblas.load=mkl_rt")).isEqualTo("[true, none, 0, 0, 0, 6000000.0]");
        assertThat(run("-Dorg.bytedeco.openblas.load=")).isEqualTo("[false, Nehalem, 2, 1, 2, 6000000.0]");
    }

    private static String run(String choice) throws Exception {
        // Every x86 of today can run Nehalem's kernels.
        return OtherProgram.of(Program.class)
                .flag(choice)
                .with("OPENBLAS_CORETYPE", "Nehalem")
                .output();
    }

    /** Decodes a picture before LibTorch is used, as most commands do. */
    static final class ImagesFirst {
        public static void main(String[] arguments) {
            ImageFiles.jpeg(RgbImage.blank(8, 8), 90);
            Engine.threads(2);
            System.out.print(List.of(Engine.mkl(), OpenBlas.threads()));
        }
    }

    @Test
    void theChoiceHoldsThoughOpenCvIsLoadedBeforeLibTorch() throws Exception {
        assumeTrue(
                System.getProperty("os.arch").matches("amd64|x86_64")
                        && System.getProperty("os.name").equals("Linux"),
                "skipped: MKL is for x86, and OpenBLAS is found on Linux");
        assertThat(OtherProgram.of(ImagesFirst.class)
                        .with(EngineSettings.BLAS, "mkl")
                        .output())
                .isEqualTo("[true, 0]");
    }
}
