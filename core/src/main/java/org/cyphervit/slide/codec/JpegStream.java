package org.cyphervit.slide.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;

/**
 * A JPEG tile of a slide made a JPEG file of its own (TIFF technical note 2): the tables that all tiles share are put
 * before it, and an Adobe marker says whether its three components are RGB, as Aperio's scanners write, or YCbCr. Without
 * the marker a decoder would guess.
 */
public final class JpegStream {
    private static final int START = 0xd8;
    private static final int END = 0xd9;
    private static final int SCAN = 0xda;

    private JpegStream() {}

    /**
     * Decodes a tile; it may be smaller than the room it has.
     *
     * @param tables what all tiles share; may be empty
     * @param rgb whether components are red, green and blue
     * @param width the most a tile may have, pixels
     * @param height the most a tile may have, pixels
     * @param what it is, for messages
     * @throws IOException if it is no JPEG of at most that size with one or three components
     */
    public static RgbImage decode(byte[] tables, byte[] tile, boolean rgb, int width, int height, String what)
            throws IOException {
        return ImageFiles.decode(merge(tables, tile, rgb, width, height), what);
    }

    /**
     * Merges tables and tile.
     *
     * @param rgb whether components are red, green and blue
     * @param width the most a tile may have, pixels
     * @param height the most a tile may have, pixels
     * @throws IOException if the tile is no JPEG of at most that size with one or three components
     */
    static byte[] merge(byte[] tables, byte[] tile, boolean rgb, int width, int height) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(tables.length + tile.length + 32);
        out.write(0xff);
        out.write(START);
        byte transform = (byte) (rgb ? 0 : 1);
        out.writeBytes(
                new byte[] {(byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, transform});
        if (tables.length > 0) {
            segments(tables, out, width, height);
        }
        int scan = segments(tile, out, width, height);
        if (scan < 0) {
            throw new IOException("it has no scan");
        }
        out.write(tile, scan, tile.length - scan);
        return out.toByteArray();
    }

    // Copies marker segments up to the scan; says where it begins, or -1 where there is none.
    private static int segments(byte[] bytes, ByteArrayOutputStream out, int width, int height) throws IOException {
        if (bytes.length < 4 || (bytes[0] & 0xff) != 0xff || (bytes[1] & 0xff) != START) {
            throw new IOException("it does not begin as one");
        }
        boolean framed = false;
        int at = 2;
        while (at + 3 < bytes.length) {
            int marker = bytes[at + 1] & 0xff;
            if ((bytes[at] & 0xff) != 0xff) {
                throw new IOException("a marker is missing at byte " + at);
            }
            if (marker == 0xff) { // padding
                at++;
                continue;
            }
            if (marker == END) {
                return -1;
            }
            if (marker == SCAN) {
                if (!framed) {
                    throw new IOException("it says no size");
                }
                return at;
            }
            int length = ((bytes[at + 2] & 0xff) << 8) | (bytes[at + 3] & 0xff);
            if (length < 2 || at + 2 + length > bytes.length) {
                throw new IOException("a segment is cut at byte " + at);
            }
            if (isFrame(marker)) {
                frame(bytes, at, length, width, height);
                framed = true;
            }
            boolean application = (marker >= 0xe0 && marker <= 0xef) || marker == 0xfe; // JFIF would decide the colours
            if (!application) {
                out.write(bytes, at, length + 2);
            }
            at += length + 2;
        }
        return -1;
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    private static void frame(byte[] bytes, int at, int length, int width, int height) throws IOException {
        if (length < 8) {
            throw new IOException("its frame is cut");
        }
        int h = ((bytes[at + 5] & 0xff) << 8) | (bytes[at + 6] & 0xff);
        int w = ((bytes[at + 7] & 0xff) << 8) | (bytes[at + 8] & 0xff);
        int components = bytes[at + 9] & 0xff;
        if (w < 1 || h < 1 || w > width || h > height) {
            throw new IOException("it has " + w + " x " + h + " pixels where " + width + " x " + height + " belong");
        }
        if (components != 1 && components != 3) {
            throw new IOException("it has " + components + " components");
        }
    }
}
