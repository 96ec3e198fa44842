package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Python package's own tests, against this program as it was just built. */
class PythonPackageTest {
    @Test
    void theJourneyOfAPythonUserWorks(@TempDir Path folder) throws Exception {
        Assumptions.assumeTrue(has("import numpy, h5py"), "Python with numpy and h5py is not here");
        Path launcher = Files.writeString(folder.resolve("cyphervit"), "#!/bin/sh\nexec " + java() + " \"$@\"\n");
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        ProcessBuilder tests = new ProcessBuilder(
                        "/usr/bin/python3", "-W", "error", "-m", "unittest", "discover", "tests")
                .directory(project().resolve("python").toFile())
                .redirectErrorStream(true);
        tests.environment().put("CYPHERVIT", launcher.toString());
        tests.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        Process process = tests.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("OK").doesNotContain("skipped");
    }

    private static Path project() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("python")) ? here : here.resolve("..");
    }

    private static String java() {
        String flags = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("-Dorg.bytedeco") || flag.startsWith("--"))
                .collect(Collectors.joining(" "));
        return ProcessHandle.current().info().command().orElse("java") + " " + flags + " -cp '"
                + System.getProperty("java.class.path") + "' org.cyphervit.cli.Main";
    }

    private static boolean has(String statement) throws Exception {
        try {
            return new ProcessBuilder("/usr/bin/python3", "-c", statement)
                            .start()
                            .waitFor()
                    == 0;
        } catch (java.io.IOException e) {
            return false; // no Python at all
        }
    }
}
