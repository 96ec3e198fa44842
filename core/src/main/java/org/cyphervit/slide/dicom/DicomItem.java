package org.cyphervit.slide.dicom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Attributes of a data set or of an item of a sequence: short values and sequences. */
final class DicomItem {
    private final Map<Integer, byte[]> values = new HashMap<>();
    private final Map<Integer, List<DicomItem>> sequences = new HashMap<>();

    void put(int tag, byte[] value) {
        values.putIfAbsent(tag, value);
    }

    /** A new item at the end of a sequence. */
    DicomItem add(int tag) {
        DicomItem item = new DicomItem();
        sequences.computeIfAbsent(tag, key -> new ArrayList<>()).add(item);
        return item;
    }

    List<DicomItem> items(int tag) {
        return sequences.getOrDefault(tag, List.of());
    }

    /** Items that a path of sequences leads to. */
    List<DicomItem> items(int first, int... further) {
        List<DicomItem> found = items(first);
        for (int tag : further) {
            found = found.stream().flatMap(item -> item.items(tag).stream()).toList();
        }
        return found;
    }

    /** Text without padding; nothing where there is none. */
    Optional<String> text(int tag) {
        byte[] value = values.get(tag);
        if (value == null) {
            return Optional.empty();
        }
        String text =
                new String(value, StandardCharsets.UTF_8).replace("\0", "").strip();
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /** The values of a text of several, which backslashes part. */
    List<String> texts(int tag) {
        return text(tag).map(text -> List.of(text.split("\\\\"))).orElse(List.of());
    }

    /** A decimal number written as text. */
    OptionalDouble decimal(int tag, int index) {
        List<String> texts = texts(tag);
        try {
            return index < texts.size()
                    ? OptionalDouble.of(Double.parseDouble(texts.get(index).strip()))
                    : OptionalDouble.empty();
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }

    /** A whole number: binary of 16 or 32 bits. */
    long integer(int tag, long missing) {
        byte[] value = values.get(tag);
        if (value == null || (value.length != 2 && value.length != 4)) {
            return missing;
        }
        ByteBuffer bytes = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        return value.length == 2 ? bytes.getShort() & 0xffff : bytes.getInt();
    }

    /** A floating-point number of 32 or 64 bits. */
    OptionalDouble real(int tag) {
        byte[] value = values.get(tag);
        if (value == null || (value.length != 4 && value.length != 8)) {
            return OptionalDouble.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        return OptionalDouble.of(value.length == 4 ? bytes.getFloat() : bytes.getDouble());
    }
}
