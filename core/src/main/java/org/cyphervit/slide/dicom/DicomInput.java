package org.cyphervit.slide.dicom;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.cyphervit.UserError;

/** A file read from front to back through a window, little endian; every length is checked against the file. */
final class DicomInput {
    private static final int WINDOW = 1 << 16;

    private final Path path;
    private final FileChannel channel;
    private final long length;
    private final ByteBuffer window =
            ByteBuffer.allocate(WINDOW).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private long windowStart;

    DicomInput(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        this.length = channel.size();
    }

    long at() {
        return windowStart + window.position();
    }

    long length() {
        return length;
    }

    /** Goes to a place, which may be the file's end. */
    void seek(long place) {
        if (place < 0 || place > length) {
            throw broken("something should lie at byte " + Long.toUnsignedString(place) + " of " + length);
        }
        if (place >= windowStart && place <= windowStart + window.limit()) {
            window.position((int) (place - windowStart));
        } else {
            windowStart = place;
            window.limit(0).position(0);
        }
    }

    int uint16() {
        need(2);
        return window.getShort() & 0xffff;
    }

    long uint32() {
        need(4);
        return window.getInt() & 0xffffffffL;
    }

    /** Group and element, which are two numbers of 16 bits. */
    int tag() {
        need(4);
        int group = window.getShort() & 0xffff;
        return (group << 16) | (window.getShort() & 0xffff);
    }

    byte[] bytes(int count) {
        if (count > length - at()) {
            throw broken(count + " bytes at " + at() + " reach beyond its end");
        }
        byte[] bytes = new byte[count];
        read(ByteBuffer.wrap(bytes), at());
        seek(at() + count);
        return bytes;
    }

    /** Bytes at a place; from many threads at once. */
    void read(ByteBuffer target, long place) {
        if (place < 0 || target.remaining() > length - place) {
            throw broken(target.remaining() + " bytes at " + Long.toUnsignedString(place) + " reach beyond its end");
        }
        try {
            long at = place;
            while (target.hasRemaining()) {
                int got = channel.read(target, at);
                if (got < 0) {
                    throw broken("it was cut while it was read");
                }
                at += got;
            }
        } catch (IOException e) {
            throw new UserError("'" + path + "' cannot be read: " + e + ".", e);
        }
    }

    UserError broken(String what) {
        return new UserError("'" + path + "' is a broken DICOM file: " + what + ". Copy or export it again.");
    }

    private void need(int count) {
        if (window.remaining() >= count) {
            return;
        }
        long at = at();
        if (count > length - at) {
            throw broken("it ends within an element, at byte " + at);
        }
        windowStart = at;
        window.clear().limit((int) Math.min(WINDOW, length - at));
        read(window, at);
        window.flip();
    }
}
