package org.cyphervit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The version of this program, as the build has it. */
public final class Version {
    /** Such as {@code 0.1.0}; {@code development} for classes that no build has given a version. */
    public static final String NUMBER = read();

    /** The program and its version, as commands and reports name them. */
    public static final String PROGRAM = "CypherViT for the JVM " + NUMBER;

    private Version() {}

    private static String read() {
        try (InputStream file = Version.class.getResourceAsStream("version.txt")) {
            String text = file == null ? "" : new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
            return text.isEmpty() || text.startsWith("$") ? "development" : text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
