package org.cyphervit.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over lines of text, or of a file. */
public final class Fingerprint {
    private final MessageDigest digest;

    public Fingerprint() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    public void add(String line) {
        digest.update(line.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
    }

    /** SHA-256 of what a file holds, hexadecimal. */
    public static String of(Path file) throws IOException {
        return of(file, 0);
    }

    /** SHA-256 of what a file holds from a byte on. */
    public static String of(Path file, long from) throws IOException {
        Fingerprint all = new Fingerprint();
        byte[] buffer = new byte[1 << 16];
        try (InputStream stream = Files.newInputStream(file)) {
            stream.skipNBytes(from);
            for (int n = stream.read(buffer); n > 0; n = stream.read(buffer)) {
                all.digest.update(buffer, 0, n);
            }
        }
        return all.hex();
    }

    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
