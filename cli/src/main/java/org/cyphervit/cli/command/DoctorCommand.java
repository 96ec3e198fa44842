package org.cyphervit.cli.command;

import java.io.File;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.slide.codec.OpenJpeg;
import org.cyphervit.slide.format.OpenSlide;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Processor;
import org.cyphervit.torch.Scope;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "doctor",
        description = "Check this machine: each part OK, or what is wrong and the fix.",
        mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {
    private final Map<String, String> findings = new LinkedHashMap<>();
    private boolean healthy = true;

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        java();
        if (engine()) {
            matrixProducts();
            devices();
        }
        slides();
        memory();
        disk();
        findings.forEach((part, finding) -> System.err.printf("%-16s %s%n", part, finding));
        findings.forEach(json::put);
        return json.put("healthy", healthy).print(healthy, "Something that is needed does not work.");
    }

    private void java() {
        Runtime.Version version = Runtime.version();
        boolean fixed = version.compareTo(Runtime.Version.parse("25.0.3")) >= 0;
        report(
                "java",
                fixed,
                version + " in " + System.getProperty("java.home"),
                version + " can corrupt pinned arrays under G1 (JDK-8377811). Install JDK 25.0.3 or later.");
    }

    private boolean engine() {
        try (Scope scope = Scope.open()) {
            double two = torch.ones(1).add(torch.ones(1)).item_double();
            report(
                    "libtorch",
                    two == 2,
                    Engine.cpuCapability() + ", " + Engine.threads() + " threads",
                    "1 + 1 = " + two);
            return true;
        } catch (UnsatisfiedLinkError | RuntimeException | NoClassDefFoundError e) {
            report(
                    "libtorch",
                    false,
                    "",
                    Engine.firstLine(e) + ". Its native library does not load; use the build for this platform"
                            + " (mvn package -Dnative.platform=linux-x86_64, macosx-arm64 or windows-x86_64).");
            return false;
        }
    }

    private void matrixProducts() {
        findings.put("matrix products", products());
        String bf16 = Processor.bf16();
        findings.put(
                "bf16",
                bf16.isEmpty()
                        ? "works, but this processor has no bf16 instructions: prefer --set run.precision=fp32"
                        : "OK: in hardware (" + bf16 + "); --set run.precision=bf16 trains about twice as fast");
    }

    private static String products() {
        if (Engine.mkl()) {
            return "OK: MKL";
        }
        boolean x86 = System.getProperty("os.arch").matches("amd64|x86_64");
        String kernels =
                Engine.openBlasKernels().map(core -> ", kernels for " + core).orElse("");
        return x86 && !kernels.matches(".*(SkylakeX|Cooperlake|SapphireRapids|Zen5).*")
                ? "slow: OpenBLAS" + kernels + ". Start by the launcher without CYPHERVIT_BLAS or OPENBLAS_CORETYPE: it"
                        + " takes what is fast here."
                : "OK: OpenBLAS" + kernels;
    }

    private void devices() {
        int cuda = Engine.cudaDevices();
        findings.put(
                "cuda",
                cuda > 0
                        ? "OK: " + cuda + " device(s)"
                                + (Engine.repeats() ? ", the same run gives the same digits" : "")
                        : "none (fine: all runs on the CPU; for an NVIDIA GPU: CYPHERVIT_CUDA=yes and CUDA 13, see README.md)");
    }

    private void slides() {
        findings.put(
                "openslide",
                OpenSlide.version()
                        .map(v -> "OK: " + v + (OpenSlide.readsDicom() ? ", with DICOM" : ""))
                        .orElse("not found: " + OpenSlide.advice()));
        findings.put(
                "openjpeg",
                OpenJpeg.version()
                        .map(v -> "OK: " + v + ", for JPEG 2000 slides")
                        .orElse(
                                "not found: slides with JPEG 2000 tiles need it, or OpenSlide (apt-get install libopenjp2-7)"));
    }

    private void memory() {
        long heap = Runtime.getRuntime().maxMemory() >> 20;
        var system = (com.sun.management.OperatingSystemMXBean)
                java.lang.management.ManagementFactory.getOperatingSystemMXBean();
        long total = system.getTotalMemorySize() >> 30;
        report(
                "memory",
                total >= 4,
                total + " GiB, Java heap up to " + heap + " MiB",
                total + " GiB are little: nano backbones only, with a small batch.");
    }

    private void disk() {
        long free = new File(".").getAbsoluteFile().getUsableSpace() >> 30;
        report("disk", free >= 2, free + " GiB free here", free + " GiB free: checkpoints need some; free some space.");
    }

    private void report(String part, boolean fine, String details, String problem) {
        findings.put(part, fine ? "OK: " + details : "WRONG: " + problem);
        healthy &= fine;
    }
}
