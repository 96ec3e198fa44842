package org.cyphervit.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.UserError;

/** LibTorch as a whole: devices, threads, what it was built with, and its error messages in words. */
public final class Engine {
    static {
        NativeLibraries.unpack();
    }

    private Engine() {}

    /**
     * {@code cpu}, {@code cuda} or {@code cuda:1}.
     *
     * @throws UserError when there is no such device
     */
    public static Device device(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        if (wanted.equals("cpu")) {
            settleThreads();
            return new Device("cpu");
        }
        if (!wanted.matches("cuda(:\\d+)?")) {
            throw new UserError("Unknown device '" + name + "'; expected cpu, cuda or cuda:0, cuda:1, ...");
        }
        int index = wanted.equals("cuda") ? 0 : Integer.parseInt(wanted.substring(5));
        if (index >= cudaDevices()) {
            throw new UserError("Device '" + name + "' asked for, but LibTorch sees " + cudaDevices()
                    + " CUDA device(s). The command doctor tells why; or compute on the CPU (setting 'device' cpu).");
        }
        if (repeats()) {
            torch.globalContext().setDeterministicAlgorithms(true, false);
            torch.globalContext().setDeterministicFillUninitializedMemory(false);
            torch.globalContext().setSDPUseCuDNN(false); // its gradient is summed in any order
        }
        return new Device("cuda:" + index);
    }

    /**
     * Whether the same run gives the same digits on a GPU: where the environment's CUBLAS_WORKSPACE_CONFIG has the matrix
     * products repeat ({@link EngineSettings} sets it), all operators do.
     */
    public static boolean repeats() {
        String workspace = EngineSettings.variable(EngineSettings.CUBLAS);
        return ":4096:8".equals(workspace) || ":16:8".equals(workspace);
    }

    public static int cudaDevices() {
        return torch.cuda_is_available() ? torch.cuda_device_count() : 0;
    }

    /** Waits until a GPU has done all that it was asked; on the CPU all is done already. */
    public static void await(Device device) {
        if (device.is_cuda()) {
            torch.cuda_synchronize(device.index());
        }
    }

    /** Threads of one operator on the CPU: what {@link #threads(int)} or the environment says, else one per core. */
    public static int threads() {
        settleThreads();
        return torch.get_num_threads();
    }

    public static void threads(int count) {
        EngineSettings.threads(count);
        settleThreads();
    }

    // Every calling thread has a number of its own.
    private static void settleThreads() {
        boolean wished = System.getenv("OMP_NUM_THREADS") != null || System.getenv("MKL_NUM_THREADS") != null;
        int found = torch.get_num_threads();
        int wanted = threads(EngineSettings.threads(), wished, found, Processor.cores());
        if (wanted != found) {
            torch.set_num_threads(wanted);
        }
        if (System.getenv("OPENBLAS_NUM_THREADS") == null) {
            OpenBlas.threads(wanted);
        }
    }

    /**
     * MKL, which decides what LibTorch finds, sees one core in virtual machines whose processor tells less than the system
     * does: the larger number wins.
     *
     * @param chosen by the program; 0 for none
     * @param wished whether the environment says a number, which LibTorch follows
     * @param found what LibTorch has
     */
    static int threads(int chosen, boolean wished, int found, int cores) {
        return chosen > 0 ? chosen : wished ? found : Math.max(found, cores);
    }

    /** Whether matrix products in float32 go through MKL. */
    public static boolean mkl() {
        threads(); // loads the engine
        try {
            return Files.readString(Path.of("/proc/self/maps")).contains("mkl_rt");
        } catch (IOException e) { // no Linux: what the launcher asked for
            return "mkl_rt".equals(System.getProperty("org.bytedeco.openblas.load"));
        }
    }

    /** The processor for whose kernels OpenBLAS decided, such as {@code Haswell}; empty if it does not multiply or tell. */
    public static Optional<String> openBlasKernels() {
        threads(); // loads the engine
        return OpenBlas.core();
    }

    /** The instruction set that LibTorch chose, such as {@code AVX512}. */
    public static String cpuCapability() {
        return text(torch.get_cpu_capability());
    }

    /** The processor's instructions for bfloat16, such as {@code AMX}; empty where it has none or does not tell. */
    public static String bf16Instructions() {
        return Processor.bf16();
    }

    /** LibTorch's own description of how it was built, several lines. */
    public static String configuration() {
        return text(torch.show_config());
    }

    /** The first line of a native error, without its C++ frames. */
    public static String firstLine(Throwable error) {
        String message = String.valueOf(error.getMessage()).strip();
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    // An empty std::string comes back as a null pointer.
    @SuppressWarnings("NullAway")
    private static String text(BytePointer string) {
        return string == null || string.isNull() ? "" : string.getString();
    }
}
