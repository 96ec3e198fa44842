package org.cyphervit.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Width and height of an image from the first bytes of its file, so that no decoder reserves memory for more than is
 * allowed. JPEG, PNG, BMP, WebP and TIFF (the first image, BigTIFF included).
 */
final class ImageHeader {
    private final ByteBuffer bytes;

    private ImageHeader(ByteBuffer file) {
        this.bytes = file;
    }

    /**
     * {width, height} as the header says, perhaps 0 or negative in a hostile one.
     *
     * @return null if the format is unknown or the header is cut or broken
     */
    static int @Nullable [] size(ByteBuffer file) {
        try {
            ImageHeader header = new ImageHeader(file);
            if (file.limit() < 16) {
                return null;
            }
            return switch (header.bytes.getShort(0) & 0xffff) {
                case 0xffd8 -> header.jpeg();
                case 0x8950 -> header.png();
                case 0x424d -> header.bmp();
                case 0x5249 -> header.webp();
                case 0x4949 -> header.tiff(ByteOrder.LITTLE_ENDIAN);
                case 0x4d4d -> header.tiff(ByteOrder.BIG_ENDIAN);
                default -> null;
            };
        } catch (IndexOutOfBoundsException e) { // ends too early
            return null;
        }
    }

    // Segments until the one that starts the frame: SOF0 to SOF15 but for the tables DHT, JPG and DAC among them.
    private int @Nullable [] jpeg() {
        int at = 2;
        while (true) {
            if (u8(at) != 0xff) {
                at++; // garbage between segments, which decoders skip too
                continue;
            }
            int marker = u8(at + 1);
            if (marker == 0xff || marker == 0x00 || marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
                at += marker == 0xff ? 1 : 2;
                continue;
            }
            if (marker == 0xd9 || marker == 0xda) {
                return null; // no frame before the end or the pixels
            }
            if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
                return new int[] {u16(at + 7), u16(at + 5)};
            }
            at += 2 + u16(at + 2);
        }
    }

    // Decoders reserve memory for a chunk before they read it, so each must lie within the file.
    private int @Nullable [] png() {
        if (bytes.getLong(0) != 0x89504e470d0a1a0aL || bytes.getInt(12) != 0x49484452) { // IHDR
            return null;
        }
        long at = 8;
        while (bytes.getInt((int) at + 4) != 0x49454e44) { // IEND
            at += 12 + (bytes.getInt((int) at) & 0xffffffffL);
            if (at > bytes.limit() - 8) {
                return null;
            }
        }
        return new int[] {bytes.getInt(16), bytes.getInt(20)};
    }

    private int @Nullable [] bmp() {
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        return switch (bytes.getInt(14)) {
            case 12 -> new int[] {bytes.getShort(18) & 0xffff, bytes.getShort(20) & 0xffff};
            default -> new int[] {bytes.getInt(18), Math.abs(bytes.getInt(22))}; // negative: from the top
        };
    }

    private int @Nullable [] webp() {
        if (bytes.getInt(0) != 0x52494646 || bytes.getInt(8) != 0x57454250) { // RIFF, WEBP
            return null;
        }
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        return switch (bytes.get(15)) {
            case ' ' -> new int[] {bytes.getShort(26) & 0x3fff, bytes.getShort(28) & 0x3fff};
            case 'L' -> {
                int packed = bytes.getInt(21);
                yield new int[] {1 + (packed & 0x3fff), 1 + ((packed >> 14) & 0x3fff)};
            }
            case 'X' -> new int[] {1 + (bytes.getInt(24) & 0xffffff), 1 + (bytes.getInt(27) & 0xffffff)};
            default -> null;
        };
    }

    private int @Nullable [] tiff(ByteOrder order) {
        bytes.order(order);
        boolean big = bytes.getShort(2) == 43;
        if (!big && bytes.getShort(2) != 42) {
            return null;
        }
        long directory = big ? bytes.getLong(8) : bytes.getInt(4) & 0xffffffffL;
        int at = at(directory);
        long entries = big ? bytes.getLong(at) : bytes.getShort(at) & 0xffff;
        int step = big ? 20 : 12;
        int first = at + (big ? 8 : 2);
        int width = 0;
        int height = 0;
        for (int e = 0; e < Math.clamp(entries, 0, 4096) && (width == 0 || height == 0); e++) {
            int entry = first + e * step;
            int tag = bytes.getShort(entry) & 0xffff;
            int value = bytes.getShort(entry + 2) == 3
                    ? bytes.getShort(entry + step - (big ? 8 : 4)) & 0xffff
                    : order == ByteOrder.BIG_ENDIAN && big
                            ? bytes.getInt(entry + step - 4)
                            : bytes.getInt(entry + step - (big ? 8 : 4));
            width = tag == 256 ? value : width;
            height = tag == 257 ? value : height;
        }
        return new int[] {width, height};
    }

    private int at(long offset) {
        if (offset < 0 || offset >= bytes.limit()) {
            throw new IndexOutOfBoundsException();
        }
        return (int) offset;
    }

    private int u8(int at) {
        return bytes.get(at) & 0xff;
    }

    private int u16(int at) {
        return bytes.getShort(at) & 0xffff;
    }
}
