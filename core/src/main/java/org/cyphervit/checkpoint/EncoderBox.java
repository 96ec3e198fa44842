package org.cyphervit.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.cyphervit.UserError;
import org.cyphervit.file.AtomicFiles;

/**
 * The encoder that comes with this program, in an artefact of its own (cyphervit-encoders), which an installation may lack.
 * Commands take it when none is named.
 */
public final class EncoderBox {
    /** Names the encoder in the place of a path. */
    public static final String NAME = "in-the-box";

    private static final String FOLDER = "org/cyphervit/encoders/box/";
    private static final String WEIGHTS = "encoder.safetensors";
    private static final String CARD = "model-card.md";
    private static final int LARGEST = 25 << 20;

    private EncoderBox() {}

    /** Whether this installation has one. */
    public static boolean isThere() {
        return loader().getResource(FOLDER + WEIGHTS) != null;
    }

    /** Its model card, Markdown; empty if there is none. */
    public static Optional<String> card() throws IOException {
        return resource(loader(), CARD).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /**
     * Its file, unpacked beside the user's other encoders the first time.
     *
     * @throws UserError if this installation has none, saying what to do
     */
    public static Path file() throws IOException {
        return file(loader());
    }

    static Path file(ClassLoader loader) throws IOException {
        byte[] weights = resource(loader, WEIGHTS)
                .orElseThrow(() -> new UserError("No encoder was named, and none comes with this installation (it lacks"
                        + " cyphervit-encoders). Name a run's folder, an encoder.safetensors, or an encoder of the registry"
                        + " that 'encoders get' or 'encoders import' stored."));
        CRC32C checksum = new CRC32C();
        checksum.update(weights);
        Path file = EncoderStore.file(NAME + "-" + Long.toHexString(checksum.getValue()));
        if (!Files.isRegularFile(file) || Files.size(file) != weights.length) {
            AtomicFiles.write(file, weights);
        }
        return file;
    }

    private static ClassLoader loader() {
        return EncoderBox.class.getClassLoader();
    }

    private static Optional<byte[]> resource(ClassLoader loader, String name) throws IOException {
        try (InputStream stream = loader.getResourceAsStream(FOLDER + name)) {
            if (stream == null) {
                return Optional.empty();
            }
            byte[] bytes = stream.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new UserError("The encoder that comes with this program has more than " + LARGEST
                        + " bytes; the artefact is broken. Install it again.");
            }
            return Optional.of(bytes);
        }
    }
}
