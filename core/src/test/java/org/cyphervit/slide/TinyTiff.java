package org.cyphervit.slide;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.jspecify.annotations.Nullable;

/** Writes small or sparse tiled TIFF files: what a test needs and no more. */
@SuppressWarnings("ByteBufferBackingArray") // all are allocated here
final class TinyTiff {
    /** How tiles are written. */
    enum Codec {
        NONE(1, 2),
        DEFLATE(8, 2),
        JPEG(7, 6);

        private final int compression;
        private final int photometric;

        Codec(int compression, int photometric) {
            this.compression = compression;
            this.photometric = photometric;
        }
    }

    /** Where the pixels of a tile come from; the same object is stored once, null not at all. */
    @FunctionalInterface
    interface Tiles {
        @Nullable
        RgbImage at(int column, int row);
    }

    /** An image of the file. */
    record Picture(long width, long height, int tile, Codec codec, String description, double mpp, Tiles tiles) {
        /** The tiles of an image in memory. */
        static Picture of(RgbImage image, int tile, Codec codec, String description, double mpp) {
            return new Picture(image.width(), image.height(), tile, codec, description, mpp, (column, row) -> {
                RgbImage part = Pixels.white(tile, tile);
                Pixels.paste(image, -(long) column * tile, -(long) row * tile, part);
                return part;
            });
        }
    }

    private record Entry(int tag, int type, long[] values) {}

    private final RandomAccessFile out;
    private final boolean big;

    private TinyTiff(RandomAccessFile out, boolean big) {
        this.out = out;
        this.big = big;
    }

    static void write(Path file, boolean big, List<Picture> pictures) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(0);
            TinyTiff writer = new TinyTiff(out, big);
            ByteBuffer head = writer.buffer(16).putShort((short) 0x4949).putShort((short) (big ? 43 : 42));
            head.put(big ? new byte[] {8, 0, 0, 0} : new byte[0]);
            out.write(head.array(), 0, big ? 16 : 8);
            long link = big ? 8 : 4;
            for (int i = 0; i < pictures.size(); i++) {
                link = writer.picture(pictures.get(i), i > 0, link);
            }
        }
    }

    private long picture(Picture p, boolean reduced, long link) throws IOException {
        int columns = (int) ((p.width + p.tile - 1) / p.tile);
        int rows = (int) ((p.height + p.tile - 1) / p.tile);
        long[] offsets = new long[columns * rows];
        long[] counts = new long[columns * rows];
        IdentityHashMap<RgbImage, long[]> written = new IdentityHashMap<>();
        for (int i = 0; i < offsets.length; i++) {
            RgbImage tile = p.tiles.at(i % columns, i / columns);
            if (tile != null) {
                long[] place = written.get(tile);
                if (place == null) {
                    place = append(encode(tile, p.codec));
                    written.put(tile, place);
                }
                offsets[i] = place[0];
                counts[i] = place[1];
            }
        }
        int wide = big ? 16 : 4;
        byte[] text = (p.description + "\0").getBytes(StandardCharsets.US_ASCII);
        long perCentimetre = Math.round(1e4 / p.mpp * 1000);
        List<Entry> entries = new ArrayList<>();
        entries.add(new Entry(254, 4, new long[] {reduced ? 1 : 0}));
        entries.add(new Entry(256, 4, new long[] {p.width}));
        entries.add(new Entry(257, 4, new long[] {p.height}));
        entries.add(new Entry(258, 3, new long[] {8, 8, 8}));
        entries.add(new Entry(259, 3, new long[] {p.codec.compression}));
        entries.add(new Entry(262, 3, new long[] {p.codec.photometric}));
        long[] characters = new long[text.length];
        for (int i = 0; i < text.length; i++) {
            characters[i] = text[i];
        }
        entries.add(new Entry(270, 2, characters));
        entries.add(new Entry(277, 3, new long[] {3}));
        if (p.mpp > 0) {
            entries.add(new Entry(282, 5, new long[] {perCentimetre, 1000}));
            entries.add(new Entry(283, 5, new long[] {perCentimetre, 1000}));
            entries.add(new Entry(296, 3, new long[] {3}));
        }
        entries.add(new Entry(322, 4, new long[] {p.tile}));
        entries.add(new Entry(323, 4, new long[] {p.tile}));
        entries.add(new Entry(324, wide, offsets));
        entries.add(new Entry(325, wide, counts));
        return directory(entries, link);
    }

    private long directory(List<Entry> entries, long link) throws IOException {
        int slot = big ? 8 : 4;
        int size = big ? 20 : 12;
        ByteBuffer body = buffer((big ? 8 : 2) + size * entries.size() + slot);
        number(body, entries.size(), big ? 8 : 2);
        for (Entry entry : entries) {
            byte[] values = values(entry);
            body.putShort((short) entry.tag).putShort((short) entry.type);
            number(body, entry.type == 5 ? 1 : entry.values.length, slot);
            if (values.length <= slot) {
                body.put(values).put(new byte[slot - values.length]);
            } else {
                number(body, append(values)[0], slot);
            }
        }
        long at = append(body.array())[0];
        ByteBuffer pointer = buffer(slot);
        number(pointer, at, slot);
        out.seek(link);
        out.write(pointer.array());
        return at + body.capacity() - slot;
    }

    private byte[] values(Entry entry) {
        int width = switch (entry.type) {
            case 2 -> 1;
            case 3 -> 2;
            case 4, 5 -> 4;
            default -> 8;
        };
        ByteBuffer values = buffer(width * entry.values.length);
        for (long value : entry.values) {
            number(values, value, width);
        }
        return values.array();
    }

    private static void number(ByteBuffer buffer, long value, int width) {
        switch (width) {
            case 1 -> buffer.put((byte) value);
            case 2 -> buffer.putShort((short) value);
            case 4 -> buffer.putInt((int) value);
            default -> buffer.putLong(value);
        }
    }

    private long[] append(byte[] bytes) throws IOException {
        long at = (out.length() + 1) & ~1L;
        out.seek(at);
        out.write(bytes);
        return new long[] {at, bytes.length};
    }

    private ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] encode(RgbImage tile, Codec codec) throws IOException {
        return switch (codec) {
            case NONE -> tile.rgb();
            case JPEG -> ImageFiles.encode(".jpg", tile);
            case DEFLATE -> {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                try (DeflaterOutputStream deflate = new DeflaterOutputStream(bytes)) {
                    deflate.write(tile.rgb());
                }
                yield bytes.toByteArray();
            }
        };
    }
}
