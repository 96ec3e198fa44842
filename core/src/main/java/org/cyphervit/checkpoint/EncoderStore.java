package org.cyphervit.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Where encoders lie that are known by name: those that were imported or downloaded from the registry. A place that is no
 * file or folder but has the name of one of them means it.
 */
public final class EncoderStore {
    /** System property with the folder; before the environment's {@code CYPHERVIT_ENCODERS}. */
    public static final String PROPERTY = "cyphervit.encoders";

    private static final String ENDING = ".safetensors";

    private EncoderStore() {}

    /** The folder: as said, else {@code .cyphervit/encoders} in the user's home. */
    public static Path folder() {
        String said = System.getProperty(PROPERTY, System.getenv("CYPHERVIT_ENCODERS"));
        return said != null && !said.isBlank()
                ? Path.of(said)
                : Path.of(System.getProperty("user.home"), ".cyphervit", "encoders");
    }

    /** The file of an encoder of that name, whether it is there or not. */
    public static Path file(String name) {
        return folder().resolve(name + ENDING);
    }

    /** The encoder that a bare name means, if it is there. */
    static Optional<Path> find(Path place) {
        boolean bare = place.getNameCount() == 1 && !place.isAbsolute();
        return Optional.of(file(Objects.toString(place.getFileName(), "")))
                .filter(file -> bare && !Files.exists(place) && Files.isRegularFile(file));
    }
}
