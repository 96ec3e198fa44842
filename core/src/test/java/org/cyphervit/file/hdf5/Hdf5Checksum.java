package org.cyphervit.file.hdf5;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Makes the checksums of an HDF5 file right again after it was altered, so that readers go on to what was altered. */
public final class Hdf5Checksum {
    private static final int SUPERBLOCK = 44;

    private Hdf5Checksum() {}

    /** Mends the superblock's checksum and those of all object headers of version 2. */
    public static void mend(byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length > SUPERBLOCK + 4 && bytes[8] >= 2) {
            file.putInt(SUPERBLOCK, Lookup3.hash(bytes, SUPERBLOCK));
        }
        for (int at = 0; at + 20 < bytes.length; at++) {
            if (new String(bytes, at, 4, StandardCharsets.ISO_8859_1).equals("OHDR")) {
                mendHeader(file, bytes, at);
            }
        }
    }

    // Flags: bits 0 and 1 give the width of the size, bit 2 phase values, bit 5 times.
    private static void mendHeader(ByteBuffer file, byte[] bytes, int at) {
        int flags = bytes[at + 5];
        int width = 1 << (flags & 3);
        int start = at + 6 + ((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0);
        long size = 0;
        for (int i = Math.min(width, 4) - 1; i >= 0 && start + i < bytes.length; i--) {
            size = size << 8 | (bytes[start + i] & 0xff);
        }
        long end = start + width + size;
        if (size >= 0 && end + 4 <= bytes.length) {
            byte[] header = java.util.Arrays.copyOfRange(bytes, at, (int) end);
            file.putInt((int) end, Lookup3.hash(header, header.length));
        }
    }
}
