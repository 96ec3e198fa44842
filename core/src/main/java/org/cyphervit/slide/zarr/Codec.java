package org.cyphervit.slide.zarr;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import tools.jackson.databind.JsonNode;

/** How the bytes of a chunk are packed. */
enum Codec {
    NONE,
    ZLIB,
    GZIP,
    ZSTD,
    BLOSC;

    /** By its name in the metadata; nothing for one that is not known. */
    static Optional<Codec> named(JsonNode node, String key) {
        if (node.isNull() || node.isMissingNode()) {
            return Optional.of(NONE);
        }
        String name = node.path(key).asString("");
        return Arrays.stream(values())
                .filter(codec -> codec != NONE && codec.name().equalsIgnoreCase(name))
                .findFirst();
    }

    /**
     * Unpacks a chunk.
     *
     * @param size of the unpacked chunk, bytes
     * @throws IOException if it is broken or of another size
     */
    byte[] decode(byte[] packed, int size) throws IOException {
        return switch (this) {
            case NONE -> whole(packed, size);
            case ZLIB -> stream(new InflaterInputStream(new ByteArrayInputStream(packed)), size);
            case GZIP -> stream(new GZIPInputStream(new ByteArrayInputStream(packed)), size);
            case ZSTD -> zstd(packed, 0, packed.length, size);
            case BLOSC -> Blosc.decode(packed, size);
        };
    }

    static byte[] zstd(byte[] packed, int from, int count, int size) throws IOException {
        byte[] raw = new byte[size];
        try {
            int got = new ZstdJavaDecompressor().decompress(packed, from, count, raw, 0, size);
            return whole(got == size ? raw : Arrays.copyOf(raw, got), size);
        } catch (MalformedInputException
                | IllegalArgumentException
                | IllegalStateException
                | IndexOutOfBoundsException e) {
            throw new IOException("its Zstandard data is broken: " + e.getMessage(), e);
        }
    }

    static byte[] stream(InputStream in, int size) throws IOException {
        try (in) {
            return whole(in.readNBytes(size), size);
        }
    }

    private static byte[] whole(byte[] raw, int size) throws IOException {
        if (raw.length != size) {
            throw new IOException("it holds " + raw.length + " bytes; expected " + size);
        }
        return raw;
    }
}
