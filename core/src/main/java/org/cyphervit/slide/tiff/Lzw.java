package org.cyphervit.slide.tiff;

/** LZW as TIFF writes it (TIFF 6.0, section 13): codes of 9 to 12 bits, highest bit first. */
final class Lzw {
    private static final int CLEAR = 256;
    private static final int END = 257;
    private static final int CODES = 4096;

    private Lzw() {}

    /**
     * Decodes until the end code, the end of the bytes or a full target.
     *
     * @return how many bytes were written; fewer than wanted if the input is broken
     */
    static int decode(byte[] encoded, byte[] raw) {
        // Each string lies in the output already: where it begins and how long it is.
        int[] starts = new int[CODES];
        int[] lengths = new int[CODES];
        int next = END + 1;
        int bits = 9;
        int at = 0;
        int previous = -1;
        int buffer = 0;
        int held = 0;
        int in = 0;
        while (at < raw.length) {
            while (held < bits && in < encoded.length) {
                buffer = (buffer << 8) | (encoded[in++] & 0xff);
                held += 8;
            }
            if (held < bits) {
                return at;
            }
            int code = (buffer >>> (held - bits)) & ((1 << bits) - 1);
            held -= bits;
            if (code == END) {
                return at;
            }
            if (code == CLEAR) {
                next = END + 1;
                bits = 9;
                previous = -1;
                continue;
            }
            if (code > next || (code == next && previous < 0)) {
                return at;
            }
            int begin = at;
            if (code < CLEAR) {
                raw[at++] = (byte) code;
            } else {
                // The code just being made is the previous string and its own first byte.
                int from = code == next ? previous : starts[code];
                int length = code == next ? begin - previous + 1 : lengths[code];
                for (int i = 0; i < length && at < raw.length; i++) {
                    raw[at++] = raw[from + i];
                }
            }
            if (previous >= 0 && next < CODES) {
                starts[next] = previous;
                lengths[next] = begin - previous + 1;
                next++;
            }
            previous = begin;
            if (next >= (1 << bits) - 1 && bits < 12) {
                bits++;
            }
        }
        return at;
    }
}
