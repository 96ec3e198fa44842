package org.cyphervit.torch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.UserError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class EngineSettingsTest {
    private static final List<String> INTEL =
            List.of("vendor_id\t: GenuineIntel", "cpu family\t: 6", "flags\t\t: avx2 avx512bw");
    private static final List<String> ZEN5 =
            List.of("vendor_id\t: AuthenticAMD", "cpu family\t: 26", "flags\t\t: avx2 avx512bw");
    private static final List<String> ZEN3 =
            List.of("vendor_id\t: AuthenticAMD", "cpu family\t: 25", "flags\t\t: avx2");

    /** Prints what native code finds in its environment, and whether MKL and JavaCPP's collector are on, after a tensor. */
    static final class Program {
        public static void main(String[] arguments) throws Throwable {
            if (Boolean.getBoolean("bf16")) {
                EngineSettings.expect(Precision.BF16);
            }
            try (Scope scope = Scope.open()) {
                torch.ones(1).item_double();
            }
            EngineSettings.expect(Precision.BF16); // too late
            System.out.print(String.join(
                    " ",
                    nativeVariable("OMP_WAIT_POLICY"),
                    nativeVariable("GOMP_SPINCOUNT"),
                    nativeVariable("CUBLAS_WORKSPACE_CONFIG"),
                    nativeVariable("MKL_CBWR"),
                    Boolean.toString(Engine.repeats()),
                    System.getProperty("org.bytedeco.javacpp.nopointergc", "unset"),
                    System.getProperty("org.bytedeco.openblas.load", "unset")));
        }

        private static String nativeVariable(String name) throws Throwable {
            Linker linker = Linker.nativeLinker();
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment text = (MemorySegment) linker.downcallHandle(
                                linker.defaultLookup().find("getenv").orElseThrow(),
                                FunctionDescriptor.of(ADDRESS, ADDRESS))
                        .invokeWithArguments(arena.allocateFrom(name));
                return text.address() == 0 ? "unset" : text.reinterpret(1000).getString(0);
            }
        }
    }

    @AfterEach
    void asItWas() {
        System.clearProperty(EngineSettings.PROPERTY);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void areSetBeforeTheEngineIsLoaded() throws Exception {
        assertThat(OtherProgram.of(Program.class)
                        .with("CYPHERVIT_BLAS", "openblas")
                        .output())
                .isEqualTo("passive 2500 :4096:8 AUTO,STRICT true true unset");
        assertThat(OtherProgram.of(Program.class)
                        .flag("-Dbf16=true")
                        .with("CYPHERVIT_BLAS", "openblas")
                        .output())
                .isEqualTo("passive 10000 :4096:8 AUTO,STRICT true true unset");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatIsThereAlreadyStays() throws Exception {
        assertThat(OtherProgram.of(Program.class)
                        .flag("-Dorg.bytedeco.openblas.load=")
                        .flag("-Dorg.bytedeco.javacpp.nopointergc=false")
                        .with("GOMP_SPINCOUNT", "7")
                        .with("CUBLAS_WORKSPACE_CONFIG", ":32768:1")
                        .with("MKL_CBWR", "OFF")
                        .output())
                .isEqualTo("passive 7 :32768:1 OFF false false ");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aHostKeepsItsOwn() throws Exception {
        assertThat(OtherProgram.of(Program.class)
                        .flag("-Dcyphervit.engine=host")
                        .output())
                .isEqualTo("unset unset unset unset false unset unset");
    }

    @Test
    void theLibraryOfMatrixProductsFollowsTheProcessor() {
        assertThat(EngineSettings.blas("amd64", INTEL)).isEqualTo("mkl");
        assertThat(EngineSettings.blas("x86_64", ZEN3)).isEqualTo("mkl");
        assertThat(EngineSettings.blas("amd64", ZEN5)).isEqualTo("openblas");
        assertThat(EngineSettings.blas("aarch64", List.of())).isEqualTo("openblas");
        assertThat(EngineSettings.blas("AMD64", List.of()))
                .as("no /proc/cpuinfo")
                .isEqualTo("mkl");
        assertThat(EngineSettings.blas("amd64", List.of("cpu family\t: x", "flags")))
                .isEqualTo("mkl");
    }

    @Test
    void anUnknownOwnerIsRefused() {
        System.setProperty(EngineSettings.PROPERTY, "mine");
        assertThatThrownBy(EngineSettings::check)
                .isInstanceOf(UserError.class)
                .hasMessage("The system property cyphervit.engine is 'mine'; expected cyphervit or host.");
    }
}
