package org.cyphervit.file.hdf5;

/** Bob Jenkins' hash of 2006 (lookup3, "hashlittle"), by which HDF5 checks its headers. */
final class Lookup3 {
    private int a;
    private int b;
    private int c;

    private Lookup3(int start) {
        a = start;
        b = start;
        c = start;
    }

    /** The hash of the first bytes, with the initial value 0. */
    static int hash(byte[] bytes, int length) {
        if (length == 0) {
            return 0xdeadbeef;
        }
        Lookup3 state = new Lookup3(0xdeadbeef + length);
        int from = 0;
        while (length - from > 12) {
            state.add(bytes, from, length);
            state.mix();
            from += 12;
        }
        state.add(bytes, from, length); // bytes beyond the end count as 0
        state.finish();
        return state.c;
    }

    private void add(byte[] bytes, int from, int length) {
        a += word(bytes, from, length);
        b += word(bytes, from + 4, length);
        c += word(bytes, from + 8, length);
    }

    private static int word(byte[] bytes, int from, int length) {
        int word = 0;
        for (int i = 0; i < 4 && from + i < length; i++) {
            word |= (bytes[from + i] & 0xff) << (8 * i);
        }
        return word;
    }

    private void mix() {
        a = (a - c) ^ Integer.rotateLeft(c, 4);
        c += b;
        b = (b - a) ^ Integer.rotateLeft(a, 6);
        a += c;
        c = (c - b) ^ Integer.rotateLeft(b, 8);
        b += a;
        a = (a - c) ^ Integer.rotateLeft(c, 16);
        c += b;
        b = (b - a) ^ Integer.rotateLeft(a, 19);
        a += c;
        c = (c - b) ^ Integer.rotateLeft(b, 4);
        b += a;
    }

    private void finish() {
        c = (c ^ b) - Integer.rotateLeft(b, 14);
        a = (a ^ c) - Integer.rotateLeft(c, 11);
        b = (b ^ a) - Integer.rotateLeft(a, 25);
        c = (c ^ b) - Integer.rotateLeft(b, 16);
        a = (a ^ c) - Integer.rotateLeft(c, 4);
        b = (b ^ a) - Integer.rotateLeft(a, 14);
        c = (c ^ b) - Integer.rotateLeft(b, 24);
    }
}
