package org.cyphervit.slide.dicom;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the data set of a file (PS3.5, section 7; PS3.10, section 7) up to its pixels. Values too long to matter are passed
 * over, and what is said of each frame is handed on item by item, so that memory does not grow with the number of frames.
 */
final class DicomParser {
    private static final int PREAMBLE = 128;
    private static final int MAX_VALUE = 1 << 16;
    private static final int MAX_DEPTH = 16;
    private static final long UNDEFINED = 0xffffffffL;
    private static final String IMPLICIT = "1.2.840.10008.1.2";
    private static final String BIG_ENDIAN = "1.2.840.10008.1.2.2";
    private static final String DEFLATED = "1.2.840.10008.1.2.1.99";
    /** Value representations whose length takes four bytes. */
    private static final Set<String> LONG =
            Set.of("OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV");

    private static final Set<String> SHORT = Set.of(
            "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "PN", "SH", "SL", "SS", "ST", "TM",
            "UI", "UL", "US");

    private final DicomInput in;
    private final FrameListener frames;
    private final DicomItem dataSet = new DicomItem();
    private @Nullable Span pixels;
    private @Nullable Span offsets;

    /** Hears what the file says of each frame, in their order. */
    interface FrameListener {
        void frame(DicomItem item);
    }

    /**
     * Where a long value lies.
     *
     * @param length in bytes; {@link #ENCAPSULATED} where items follow instead
     */
    record Span(long place, long length) {
        static final long ENCAPSULATED = -1;
    }

    DicomParser(DicomInput in, FrameListener frames) {
        this.in = in;
        this.frames = frames;
    }

    DicomItem dataSet() {
        return dataSet;
    }

    Optional<Span> pixels() {
        return Optional.ofNullable(pixels);
    }

    /** The extended offset table, if there is one. */
    Optional<Span> offsets() {
        return Optional.ofNullable(offsets);
    }

    /**
     * Reads the data set.
     *
     * @param until the first attribute that is not needed any more
     */
    void parse(int until) {
        in.seek(PREAMBLE + 4);
        elements(dataSet, in.length(), true, 0, 0x00030000); // what describes the file is explicit always
        String syntax = dataSet.text(Tags.TRANSFER_SYNTAX).orElse(IMPLICIT);
        if (syntax.equals(DEFLATED) || syntax.equals(BIG_ENDIAN)) {
            throw in.broken("its data set is " + (syntax.equals(DEFLATED) ? "deflated" : "big endian")
                    + ", which slides never are");
        }
        elements(dataSet, in.length(), !syntax.equals(IMPLICIT), 0, until);
    }

    // Up to the end, the end of the item, or a tag that is not wanted.
    private void elements(DicomItem target, long end, boolean explicit, int depth, int until) {
        if (depth > MAX_DEPTH) {
            throw in.broken("its sequences lie more than " + MAX_DEPTH + " deep");
        }
        while (in.at() < end) {
            long start = in.at();
            int tag = in.tag();
            if (tag == Tags.ITEM_END && depth > 0) {
                in.uint32();
                return;
            }
            if (depth == 0 && Integer.compareUnsigned(tag, until) >= 0) {
                in.seek(start);
                return;
            }
            if (!element(target, tag, explicit, depth, end)) {
                return;
            }
        }
    }

    // False after the pixels: nothing of use follows them.
    private boolean element(DicomItem target, int tag, boolean explicit, int depth, long end) {
        String kind = "";
        long length;
        if (explicit) {
            kind = new String(in.bytes(2), StandardCharsets.ISO_8859_1);
            if (LONG.contains(kind)) {
                in.uint16();
                length = in.uint32();
            } else if (SHORT.contains(kind)) {
                length = in.uint16();
            } else {
                throw in.broken("attribute " + Tags.name(tag) + " has no kind of value");
            }
        } else {
            length = in.uint32();
        }
        if (length != UNDEFINED && length > end - in.at()) {
            throw in.broken("attribute " + Tags.name(tag) + " of " + length + " bytes reaches beyond byte " + end);
        }
        if (depth == 0 && tag == Tags.PIXEL_DATA) {
            pixels = new Span(in.at(), length == UNDEFINED ? Span.ENCAPSULATED : length);
            return false;
        }
        boolean fragments = length == UNDEFINED && (kind.equals("OB") || kind.equals("OW"));
        boolean items =
                kind.equals("SQ") || (length == UNDEFINED && !fragments) || (!explicit && Tags.SEQUENCES.contains(tag));
        if (fragments) {
            skipFragments();
        } else if (items) {
            sequence(target, tag, length, explicit && !kind.equals("UN"), depth);
        } else if (depth == 0 && tag == Tags.OFFSET_TABLE) {
            offsets = new Span(in.at(), length);
            in.seek(in.at() + length);
        } else if (length > MAX_VALUE) {
            in.seek(in.at() + length);
        } else {
            target.put(tag, in.bytes((int) length));
        }
        return true;
    }

    private void sequence(DicomItem target, int tag, long length, boolean explicit, int depth) {
        long end = length == UNDEFINED ? in.length() : in.at() + length;
        boolean perFrame = depth == 0 && tag == Tags.PER_FRAME_GROUPS;
        while (in.at() < end) {
            int item = in.tag();
            long size = in.uint32();
            if (item == Tags.SEQUENCE_END) {
                return;
            }
            if (item != Tags.ITEM) {
                throw in.broken("sequence " + Tags.name(tag) + " holds something else than items");
            }
            long itemEnd = size == UNDEFINED ? end : in.at() + size;
            if (itemEnd > end) {
                throw in.broken("an item of sequence " + Tags.name(tag) + " reaches beyond byte " + end);
            }
            DicomItem into = perFrame ? new DicomItem() : target.add(tag);
            elements(into, itemEnd, explicit, depth + 1, 0);
            if (perFrame) {
                frames.frame(into);
            }
        }
    }

    // The pixels of an icon, for instance.
    private void skipFragments() {
        while (true) {
            int item = in.tag();
            long size = in.uint32();
            if (item == Tags.SEQUENCE_END) {
                return;
            }
            if (item != Tags.ITEM || size > in.length() - in.at()) {
                throw in.broken("encapsulated pixels hold something else than items");
            }
            in.seek(in.at() + size);
        }
    }
}
