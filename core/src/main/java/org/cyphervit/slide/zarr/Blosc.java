package org.cyphervit.slide.zarr;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.lz4.Lz4JavaDecompressor;
import io.airlift.compress.v3.snappy.SnappyJavaDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.InflaterInputStream;

/**
 * Blosc 1 (c-blosc's README_CHUNK_FORMAT): blocks that were shuffled by byte or bit and packed by LZ4, Snappy, zlib or
 * Zstandard. BloscLZ is refused.
 */
final class Blosc {
    private static final int HEADER = 16;
    private static final int SHUFFLED = 1;
    private static final int COPIED = 2;
    private static final int BIT_SHUFFLED = 4;
    private static final int NOT_SPLIT = 16;
    /** Blocks whose parts would be smaller are not split. */
    private static final int LEAST_SPLIT = 128;

    private static final int MOST_SPLITS = 16;

    private Blosc() {}

    static byte[] decode(byte[] packed, int size) throws IOException {
        if (packed.length < HEADER) {
            throw new IOException("its Blosc header is cut");
        }
        ByteBuffer in = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
        int flags = packed[2] & 0xff;
        int typeSize = Math.max(1, packed[3] & 0xff);
        int bytes = in.getInt(4);
        int block = in.getInt(8);
        if (bytes != size || block < 1 || (block > bytes && bytes > 0)) {
            throw new IOException(
                    "its Blosc header says " + bytes + " bytes in blocks of " + block + "; expected " + size);
        }
        byte[] raw = new byte[size];
        if ((flags & COPIED) != 0) {
            if (packed.length - HEADER < size) {
                throw new IOException("its Blosc data is cut");
            }
            System.arraycopy(packed, HEADER, raw, 0, size);
            return raw;
        }
        int blocks = (int) (((long) size + block - 1) / block);
        if ((long) HEADER + 4L * blocks > packed.length) {
            throw new IOException("its table of " + blocks + " Blosc blocks is cut");
        }
        for (int i = 0; i < blocks; i++) {
            int count = Math.min(block, size - i * block);
            boolean split = (flags & NOT_SPLIT) == 0
                    && count == block
                    && typeSize <= MOST_SPLITS
                    && block / typeSize >= LEAST_SPLIT;
            byte[] shuffled = block(in, in.getInt(HEADER + 4 * i), count, split ? typeSize : 1, flags >> 5);
            byte[] plain = (flags & SHUFFLED) != 0 && typeSize > 1
                    ? unshuffle(shuffled, typeSize)
                    : (flags & BIT_SHUFFLED) != 0 ? unshuffleBits(shuffled, typeSize) : shuffled;
            System.arraycopy(plain, 0, raw, i * block, count);
        }
        return raw;
    }

    @SuppressWarnings("ByteBufferBackingArray") // wraps the array that the caller gave
    private static byte[] block(ByteBuffer in, int start, int count, int parts, int codec) throws IOException {
        byte[] block = new byte[count];
        int each = count / parts;
        int at = start;
        for (int p = 0; p < parts; p++) {
            if (at < HEADER || at > in.capacity() - 4) {
                throw new IOException("a Blosc block should lie at byte " + at);
            }
            int packed = in.getInt(at);
            at += 4;
            if (packed < 0 || packed > in.capacity() - at) {
                throw new IOException("a Blosc block should have " + packed + " bytes");
            }
            int got = packed == each
                    ? copy(in.array(), at, block, p * each, each)
                    : unpack(codec, in.array(), at, packed, block, p * each, each);
            if (got != each) {
                throw new IOException("a Blosc block holds " + got + " of " + each + " bytes");
            }
            at += packed;
        }
        return block;
    }

    private static int copy(byte[] from, int at, byte[] to, int start, int count) {
        System.arraycopy(from, at, to, start, count);
        return count;
    }

    private static int unpack(int codec, byte[] in, int at, int packed, byte[] out, int start, int count)
            throws IOException {
        try {
            return switch (codec) {
                case 1 -> new Lz4JavaDecompressor().decompress(in, at, packed, out, start, count);
                case 2 -> new SnappyJavaDecompressor().decompress(in, at, packed, out, start, count);
                case 3 ->
                    copy(
                            Codec.stream(new InflaterInputStream(new ByteArrayInputStream(in, at, packed)), count),
                            0,
                            out,
                            start,
                            count);
                case 4 -> copy(Codec.zstd(in, at, packed, count), 0, out, start, count);
                default ->
                    throw new IOException("its Blosc data is packed by " + (codec == 0 ? "BloscLZ" : "codec " + codec)
                            + "; known are LZ4, Snappy, zlib and Zstandard");
            };
        } catch (MalformedInputException
                | IllegalArgumentException
                | IllegalStateException
                | IndexOutOfBoundsException e) {
            throw new IOException("its Blosc data is broken: " + e.getMessage(), e);
        }
    }

    // The first bytes of all elements lie together, then the second bytes, and so on; a rest is as it was.
    private static byte[] unshuffle(byte[] shuffled, int typeSize) {
        byte[] plain = shuffled.clone();
        int n = shuffled.length / typeSize;
        for (int b = 0; b < typeSize; b++) {
            for (int i = 0; i < n; i++) {
                plain[i * typeSize + b] = shuffled[b * n + i];
            }
        }
        return plain;
    }

    // The same with bits, for multiples of eight elements.
    private static byte[] unshuffleBits(byte[] shuffled, int typeSize) {
        byte[] plain = shuffled.clone();
        int n = shuffled.length / typeSize / 8 * 8;
        java.util.Arrays.fill(plain, 0, n * typeSize, (byte) 0);
        for (int bit = 0; bit < 8 * typeSize; bit++) {
            for (int i = 0; i < n; i++) {
                int value = (shuffled[bit * (n / 8) + i / 8] >> (i % 8)) & 1;
                plain[i * typeSize + bit / 8] |= (byte) (value << (bit % 8));
            }
        }
        return plain;
    }
}
