package org.cyphervit.slide.dicom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Where the frames of a file's pixels lie (PS3.5, annex A.4), and their bytes. */
final class FrameTable {
    private static final long UNDEFINED = 0xffffffffL;

    private final DicomInput in;
    /** Where each frame begins, and behind the last where the pixels end. */
    private final long[] starts;

    private final boolean encapsulated;

    private FrameTable(DicomInput in, long[] starts, boolean encapsulated) {
        this.in = in;
        this.starts = starts;
        this.encapsulated = encapsulated;
    }

    /**
     * Finds the frames.
     *
     * @param frameBytes of a frame that is not compressed
     * @param offsets the extended offset table, if there is one
     */
    static FrameTable of(
            DicomInput in, DicomParser.Span pixels, Optional<DicomParser.Span> offsets, int frames, long frameBytes) {
        if (pixels.length() != DicomParser.Span.ENCAPSULATED) {
            if (frames > pixels.length() / frameBytes) {
                throw in.broken(frames + " frames of " + frameBytes + " bytes do not fit into " + pixels.length());
            }
            long[] starts = new long[frames + 1];
            for (int i = 0; i <= frames; i++) {
                starts[i] = pixels.place() + i * frameBytes;
            }
            return new FrameTable(in, starts, false);
        }
        if (frames > (in.length() - pixels.place()) / 8) {
            throw in.broken("it cannot hold " + frames + " frames");
        }
        in.seek(pixels.place());
        if (in.tag() != Tags.ITEM) {
            throw in.broken("its pixels do not begin with a table of offsets");
        }
        long tableBytes = in.uint32();
        long table = in.at();
        long first = table + tableBytes;
        if (offsets.isPresent()) {
            return ofTable(in, offsets.get().place(), offsets.get().length(), 8, first, frames);
        }
        return tableBytes > 0 ? ofTable(in, table, tableBytes, 4, first, frames) : ofFragments(in, first, frames);
    }

    private static FrameTable ofTable(DicomInput in, long table, long bytes, int width, long first, int frames) {
        if (bytes != (long) frames * width) {
            throw in.broken("its table of offsets has " + bytes + " bytes for " + frames + " frames");
        }
        ByteBuffer values =
                ByteBuffer.wrap(new byte[Math.multiplyExact(frames, width)]).order(ByteOrder.LITTLE_ENDIAN);
        in.read(values, table);
        values.flip();
        long[] starts = new long[frames + 1];
        for (int i = 0; i < frames; i++) {
            starts[i] = first + (width == 4 ? values.getInt() & 0xffffffffL : values.getLong());
            if (starts[i] < first || starts[i] >= in.length() || (i > 0 && starts[i] <= starts[i - 1])) {
                throw in.broken("frame " + i + " should begin at byte " + Long.toUnsignedString(starts[i]));
            }
        }
        starts[frames] = in.length();
        return new FrameTable(in, starts, true);
    }

    // Without a table each fragment is a frame, or all are the only one.
    private static FrameTable ofFragments(DicomInput in, long first, int frames) {
        long[] starts = new long[frames + 1];
        int count = 0;
        in.seek(first);
        while (true) {
            long at = in.at();
            int tag = in.tag();
            long size = in.uint32();
            if (tag == Tags.SEQUENCE_END) {
                starts[frames] = at;
                break;
            }
            if (tag != Tags.ITEM || size == UNDEFINED) {
                throw in.broken("its pixels hold something else than items at byte " + at);
            }
            if (count < frames) {
                starts[count] = at;
            }
            count++;
            in.seek(in.at() + size);
        }
        if (count < frames || (count > frames && frames > 1)) {
            throw in.broken("it has " + count + " fragments for " + frames + " frames, and no table of offsets");
        }
        return new FrameTable(in, starts, true);
    }

    int count() {
        return starts.length - 1;
    }

    /**
     * The bytes of a frame.
     *
     * @param most more than a frame can have
     */
    byte[] frame(int index, long most) {
        long start = starts[index];
        long end = starts[index + 1];
        if (!encapsulated) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(end - start));
            in.read(bytes, start);
            return bytes.array();
        }
        byte[] frame = new byte[0];
        ByteBuffer header = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        for (long at = start; at < end; ) {
            in.read(header.clear(), at);
            header.flip();
            int group = header.getShort() & 0xffff;
            int tag = (group << 16) | (header.getShort() & 0xffff);
            long size = header.getInt() & 0xffffffffL;
            if (tag == Tags.SEQUENCE_END) {
                break;
            }
            if (tag != Tags.ITEM || size > most - frame.length || size > in.length() - at - 8) {
                throw in.broken("frame " + index + " is no item of at most " + most + " bytes");
            }
            byte[] whole = java.util.Arrays.copyOf(frame, frame.length + (int) size);
            in.read(ByteBuffer.wrap(whole, frame.length, (int) size), at + 8);
            frame = whole;
            at += 8 + size;
        }
        return frame;
    }
}
