package org.cyphervit.slide.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Run lengths as TIFF (6.0, section 9) and DICOM (PS3.5, annex G) write them. */
public final class PackBits {
    private PackBits() {}

    /**
     * Decodes until the end of the input or a full target.
     *
     * @return how many bytes were written; fewer than wanted if the input is broken
     */
    public static int decode(ByteBuffer in, byte[] raw) {
        int at = 0;
        while (at < raw.length && in.remaining() > 1) {
            int code = in.get();
            if (code >= 0) {
                int count = Math.min(code + 1, Math.min(in.remaining(), raw.length - at));
                in.get(raw, at, count);
                at += count;
            } else if (code != -128) {
                int count = Math.min(1 - code, raw.length - at);
                Arrays.fill(raw, at, at + count, in.get());
                at += count;
            }
        }
        return at;
    }
}
