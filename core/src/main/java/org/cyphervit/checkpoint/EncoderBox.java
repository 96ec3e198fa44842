package org.cyphervit.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.cyphervit.UserError;
import org.cyphervit.file.AtomicFiles;

/**
 * The encoders that come with this program, in an artefact of its own (cyphervit-encoders), which an installation may lack: a
 * CypherViT, which commands take when none is named, and a ViT that learnt from the same tiles.
 */
public final class EncoderBox {
    /** Names the CypherViT in the place of a path. */
    public static final String NAME = "in-the-box";

    /** Names the ViT. */
    public static final String VIT = "in-the-box-vit";

    private static final String FOLDER = "org/cyphervit/encoders/box/";
    private static final Map<String, String> WEIGHTS =
            Map.of(NAME, "encoder.safetensors", VIT, "encoder-vit.safetensors");
    private static final String CARD = "model-card.md";
    private static final int LARGEST = 25 << 20;

    private EncoderBox() {}

    /** Whether this installation has them. */
    public static boolean isThere() {
        return loader().getResource(FOLDER + WEIGHTS.get(NAME)) != null;
    }

    /** What they are called, the one for commands first. */
    public static List<String> names() {
        return List.of(NAME, VIT);
    }

    /** Whether a file is one of them, unpacked. */
    public static boolean holds(Path file) throws IOException {
        for (String name : isThere() ? names() : List.<String>of()) {
            if (file.equals(file(name).toRealPath())) {
                return true;
            }
        }
        return false;
    }

    /** Their model card, Markdown; empty if there is none. */
    public static Optional<String> card() throws IOException {
        return resource(loader(), CARD).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /**
     * The file of one, unpacked beside the user's other encoders the first time.
     *
     * @param name {@link #NAME} or {@link #VIT}
     * @throws UserError if this installation has none, saying what to do
     */
    public static Path file(String name) throws IOException {
        return file(loader(), name);
    }

    static Path file(ClassLoader loader, String name) throws IOException {
        byte[] weights = resource(loader, Objects.requireNonNull(WEIGHTS.get(name)))
                .orElseThrow(
                        () -> new UserError("The encoder '" + name + "' does not come with this installation (it lacks"
                                + " cyphervit-encoders), and no other was named. Name a run's folder, an encoder.safetensors, or an"
                                + " encoder of the registry that 'encoders get' or 'encoders import' stored."));
        CRC32C checksum = new CRC32C();
        checksum.update(weights);
        Path file = EncoderStore.file(name + "-" + Long.toHexString(checksum.getValue()));
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
