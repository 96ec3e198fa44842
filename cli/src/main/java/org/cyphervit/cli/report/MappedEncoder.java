package org.cyphervit.cli.report;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.data.Fingerprint;
import org.cyphervit.interpret.PhenotypeNames;

/** The encoder of a map, as the map remembers it. */
public final class MappedEncoder {
    private MappedEncoder() {}

    /** Where it lies: a run's folder, or a file of its own. */
    public static Path place(Path encoder) throws IOException {
        Path file = EncoderFile.locate(encoder).toRealPath();
        Path folder = file.getParent();
        return folder != null && file.endsWith(EncoderFile.NAME) ? folder : file;
    }

    /** Which it is: the same whatever its phenotypes are called, which may change after the map was made. */
    public static String fingerprint(Path encoder) throws IOException {
        Path file = EncoderFile.locate(encoder);
        Fingerprint notes = new Fingerprint();
        new TreeMap<>(EncoderFile.notes(encoder)).forEach((key, value) -> {
            if (!key.equals(PhenotypeNames.NOTE)) {
                notes.add(key + "=" + value);
            }
        });
        try (DataInputStream start = new DataInputStream(Files.newInputStream(file))) {
            long header = Long.reverseBytes(start.readLong()); // of a safetensors file
            return notes.hex() + Fingerprint.of(file, Long.BYTES + header);
        }
    }
}
