package org.cyphervit.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * This Java with this class path, for tests that need a process of their own; the property {@code child.options} adds options,
 * such as an archive of classes.
 */
final class ChildProcess {
    /** All words but the class and its arguments. */
    static final List<String> JAVA = java();

    private ChildProcess() {}

    private static List<String> java() {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.awt.headless=true",
                "-Dorg.bytedeco.javacpp.nopointergc=true",
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0"));
        String blas = System.getProperty("org.bytedeco.openblas.load");
        if (blas != null) {
            words.add("-Dorg.bytedeco.openblas.load=" + blas);
        }
        words.addAll(List.of(System.getProperty("child.options", "-Xshare:auto").split(" ")));
        words.addAll(List.of("-cp", System.getProperty("java.class.path")));
        return List.copyOf(words);
    }
}
