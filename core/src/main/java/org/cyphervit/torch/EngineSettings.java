package org.cyphervit.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cyphervit.UserError;

/**
 * What tunes LibTorch and the libraries below it. They read it as they are loaded, so it is set once, before the first tensor:
 * waiting threads, the library of matrix products, memory that is kept, sums on a GPU that repeat. A variable of the
 * environment or a system property that is there already is left as it is.
 *
 * <p>Memory and environment belong to the whole process. A program that has settings of its own keeps them all by the system
 * property {@value #PROPERTY} set to {@code host}.
 */
public final class EngineSettings {
    /** The system property that says who tunes the engine: {@code cyphervit}, the default, or {@code host}. */
    public static final String PROPERTY = "cyphervit.engine";

    /** The environment's variable that names the library of matrix products: {@code mkl} or {@code openblas}. */
    static final String BLAS = "CYPHERVIT_BLAS";

    /** The environment's variable by which matrix products on a GPU repeat. */
    static final String CUBLAS = "CUBLAS_WORKSPACE_CONFIG";

    private static final String LOAD = "org.bytedeco.openblas.load";

    private static boolean prepared;
    private static boolean applied;
    private static Map<String, String> set = Map.of();
    private static Precision expected = Precision.FP32;
    private static int threads; // 0: what the environment says, or one per core

    private EngineSettings() {}

    /**
     * Says in which precision the program will mostly compute. Threads that wait for work spin for a while before they sleep.
     * In float32 OpenBLAS has threads of its own, which spinning ones would starve; in bfloat16 oneDNN shares LibTorch's, and
     * those that sleep early cost small networks a third. What is said after the engine was loaded has no effect.
     */
    public static synchronized void expect(Precision precision) {
        expected = precision;
    }

    /** Says how many threads an operator has on the CPU, also before the engine is loaded; 0 leaves it to the environment. */
    public static synchronized void threads(int count) {
        threads = count;
    }

    /** What {@link #threads(int)} was told; 0 for nothing. */
    static synchronized int threads() {
        return threads;
    }

    /** Refuses what the environment or the property {@value #PROPERTY} says wrongly; else these fail as the engine loads. */
    public static void check() {
        byHost();
        wishedBlas();
    }

    /**
     * Sets what OpenCV reads as it is loaded, the first time it is called; whoever is about to use OpenCV calls it. OpenCV
     * loads the library of matrix products that LibTorch then shares, so this decides which it is.
     */
    public static synchronized void beforeOpenCv() {
        if (prepared || byHost()) {
            return;
        }
        prepared = true;
        // Tensors are freed by scopes: no collector's thread is needed for them, and no limit by the process's size.
        property("org.bytedeco.javacpp.nopointergc", "true");
        property("org.bytedeco.javacpp.maxPhysicalBytes", "0");
        if (blas().equals("mkl") && isThere("org.bytedeco.mkl.global.mkl_rt")) {
            property(LOAD, "mkl_rt");
        }
        NativeProcess.environment(Map.of("OPENCV_LOG_LEVEL", "ERROR")); // warnings of odd TIFF fields help no user
    }

    /** Sets everything, the first time it is called. */
    static synchronized void apply() {
        if (applied) {
            return;
        }
        applied = true;
        beforeOpenCv();
        if (byHost()) {
            return;
        }
        Map<String, String> variables = variables(expected);
        if (NativeProcess.environment(variables)) {
            set = variables;
        }
        // glibc would return large tensors after each use, and a quarter of a step would go to having them again.
        NativeProcess.keepMemory();
    }

    /** A variable of the environment, also one that was set here, which Java's own copy does not have. */
    static synchronized String variable(String name) {
        String outside = System.getenv(name);
        return outside != null ? outside : set.getOrDefault(name, "");
    }

    /** The variables that are set where the environment lacks them. */
    static Map<String, String> variables(Precision precision) {
        return Map.of(
                "OMP_WAIT_POLICY",
                "passive",
                "GOMP_SPINCOUNT",
                precision == Precision.BF16 ? "10000" : "2500",
                // MKL otherwise sums in the order in which its threads happen to end, and as the size of a batch
                // suits it: a run that is resumed would end with other bits, and Spark give others than one machine.
                "MKL_CBWR",
                "AUTO,STRICT",
                // The same run gives the same digits; ':32768:1' lets them be summed in any order.
                CUBLAS,
                ":4096:8");
    }

    private static boolean byHost() {
        String owner = System.getProperty(PROPERTY, "cyphervit");
        return switch (owner) {
            case "cyphervit" -> false;
            case "host" -> true;
            default ->
                throw new UserError(
                        "The system property " + PROPERTY + " is '" + owner + "'; expected cyphervit or host.");
        };
    }

    private static String blas() {
        String wished = wishedBlas();
        return wished.isEmpty() ? blas(System.getProperty("os.arch", ""), processor()) : wished;
    }

    private static String wishedBlas() {
        String wished = System.getenv().getOrDefault(BLAS, "");
        if (!List.of("", "mkl", "openblas").contains(wished)) {
            throw new UserError(BLAS + " is '" + wished + "'; expected mkl or openblas.");
        }
        return wished;
    }

    /**
     * What multiplies matrices in float32 fastest. On x86 it is MKL, but that leaves AMD's AVX-512 unused, and on a Zen 5
     * (family 26) OpenBLAS is twice as fast. Elsewhere LibTorch has OpenBLAS only.
     *
     * @param cpuinfo lines of {@code /proc/cpuinfo}; none where the system has no such file
     */
    static String blas(String arch, List<String> cpuinfo) {
        if (!arch.toLowerCase(Locale.ROOT).matches("amd64|x86_64")) {
            return "openblas";
        }
        boolean amd = field(cpuinfo, "vendor_id").equals("AuthenticAMD");
        String family = field(cpuinfo, "cpu family");
        boolean zen5 = amd
                && family.matches("\\d{1,4}")
                && Integer.parseInt(family) >= 26
                && field(cpuinfo, "flags").contains("avx512bw");
        return zen5 ? "openblas" : "mkl";
    }

    private static String field(List<String> cpuinfo, String name) {
        return cpuinfo.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("");
    }

    private static List<String> processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo"));
        } catch (IOException e) { // no Linux
            return List.of();
        }
    }

    private static boolean isThere(String type) {
        return EngineSettings.class.getResource("/" + type.replace('.', '/') + ".class") != null;
    }

    private static void property(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }
}
