package org.cyphervit.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A test's program in a JVM of its own: what tunes the engine can be set once in each. */
final class OtherProgram {
    private final List<String> flags = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED"));
    private final ProcessBuilder builder = new ProcessBuilder();
    private final String main;

    private OtherProgram(String main) {
        this.main = main;
        builder.environment()
                .keySet()
                .removeIf(name -> name.matches("(OMP|GOMP|MALLOC|OPENBLAS|MKL|CUBLAS|CYPHERVIT)_.*"));
    }

    /** @param program with a public main method */
    static OtherProgram of(Class<?> program) {
        return new OtherProgram(program.getName());
    }

    OtherProgram flag(String flag) {
        flags.add(flag);
        return this;
    }

    OtherProgram with(String variable, String value) {
        builder.environment().put(variable, value);
        return this;
    }

    /** Runs it and gives what it printed; it must end well. */
    String output() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        Process process = builder.command(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output;
    }
}
