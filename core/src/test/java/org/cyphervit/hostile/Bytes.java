package org.cyphervit.hostile;

/** Numbers as bytes. */
final class Bytes {
    private Bytes() {}

    static byte[] little(long value, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (value >>> (8 * i));
        }
        return bytes;
    }

    static void put(byte[] into, int at, long value, int count) {
        System.arraycopy(little(value, count), 0, into, at, count);
    }

    static long read(byte[] from, int at, int count) {
        long value = 0;
        for (int i = count - 1; i >= 0; i--) {
            value = value << 8 | (from[at + i] & 0xff);
        }
        return value;
    }

    /** Where a text begins at or after a place; -1 if nowhere. */
    static int find(byte[] in, String text, int from) {
        outer:
        for (int i = from; i + text.length() <= in.length; i++) {
            for (int j = 0; j < text.length(); j++) {
                if (in[i + j] != (byte) text.charAt(j)) {
                    continue outer;
                }
            }
            return i;
        }
        return -1;
    }
}
