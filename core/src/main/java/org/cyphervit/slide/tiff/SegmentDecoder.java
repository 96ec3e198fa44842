package org.cyphervit.slide.tiff;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;

/** From the bytes of a tile or strip to RGB. */
final class SegmentDecoder {
    static final int NONE = 1;
    static final int JPEG = 7;
    private static final int LZW = 5;
    private static final int DEFLATE = 8;
    private static final int OLD_DEFLATE = 32946;
    private static final int PACK_BITS = 32773;

    private final TiffFile file;
    private final int compression;
    private final int samples;
    private final boolean differences;
    private final boolean rgb;
    private final byte[] tables;

    SegmentDecoder(TiffDirectory directory) {
        file = directory.file();
        compression = (int) directory.integer(TiffTag.COMPRESSION, NONE);
        samples = (int) directory.integer(TiffTag.SAMPLES, 1);
        differences = directory.integer(TiffTag.PREDICTOR, 1) == 2;
        rgb = directory.integer(TiffTag.PHOTOMETRIC, 2) == 2;
        tables = directory.bytes(TiffTag.JPEG_TABLES);
    }

    static boolean knows(long compression) {
        return compression == NONE
                || compression == LZW
                || compression == JPEG
                || compression == DEFLATE
                || compression == OLD_DEFLATE
                || compression == PACK_BITS;
    }

    /**
     * Decodes one segment.
     *
     * @param what it is, for messages
     * @throws org.cyphervit.UserError if it is broken
     */
    RgbImage decode(long offset, long count, int width, int height, String what) {
        int expected = Math.multiplyExact(Math.multiplyExact(width, height), samples);
        // No encoder makes more of incompressible pixels than this.
        if (count > 4L * expected + (1 << 16)) {
            throw file.broken(what + " has " + count + " bytes for " + width + " x " + height + " pixels");
        }
        byte[] encoded = file.read(offset, count, what).array();
        if (compression == JPEG) {
            return jpeg(encoded, width, height, what);
        }
        byte[] raw = new byte[expected];
        int got = switch (compression) {
            case NONE -> copy(encoded, raw);
            case LZW -> Lzw.decode(encoded, raw);
            case PACK_BITS -> packBits(encoded, raw);
            default -> inflate(encoded, raw, what);
        };
        if (got < expected) {
            throw file.broken(what + " ends after " + got + " of " + expected + " bytes");
        }
        if (differences && compression != NONE && compression != PACK_BITS) {
            undoDifferences(raw, width * samples);
        }
        return toRgb(raw, width, height);
    }

    private RgbImage jpeg(byte[] encoded, int width, int height, String what) {
        try {
            byte[] whole = JpegStream.merge(tables, encoded, rgb, width, height);
            RgbImage image = ImageFiles.decode(whole, file.path() + ", " + what);
            return image.width() == width && image.height() == height ? image : onCanvas(image, width, height);
        } catch (IOException e) {
            throw file.broken(what + " is no JPEG: " + e.getMessage());
        }
    }

    // Some writers end the tiles at the edge of the slide with the slide.
    private static RgbImage onCanvas(RgbImage image, int width, int height) {
        RgbImage canvas = RgbImage.blank(width, height);
        Arrays.fill(canvas.rgb(), (byte) 255);
        int columns = Math.min(width, image.width());
        for (int y = 0; y < Math.min(height, image.height()); y++) {
            System.arraycopy(image.rgb(), 3 * y * image.width(), canvas.rgb(), 3 * y * width, 3 * columns);
        }
        return canvas;
    }

    private static int copy(byte[] encoded, byte[] raw) {
        int count = Math.min(encoded.length, raw.length);
        System.arraycopy(encoded, 0, raw, 0, count);
        return count;
    }

    private int inflate(byte[] encoded, byte[] raw, String what) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(encoded);
            int got = 0;
            while (got < raw.length) {
                int more = inflater.inflate(raw, got, raw.length - got);
                if (more == 0) {
                    break;
                }
                got += more;
            }
            return got;
        } catch (DataFormatException e) {
            throw file.broken(what + " cannot be inflated: " + e.getMessage());
        } finally {
            inflater.end();
        }
    }

    // TIFF 6.0, section 9.
    private static int packBits(byte[] encoded, byte[] raw) {
        ByteBuffer in = ByteBuffer.wrap(encoded);
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

    private void undoDifferences(byte[] raw, int rowBytes) {
        for (int row = 0; row < raw.length; row += rowBytes) {
            for (int i = row + samples; i < row + rowBytes; i++) {
                raw[i] += raw[i - samples];
            }
        }
    }

    private RgbImage toRgb(byte[] raw, int width, int height) {
        if (samples == 3) {
            return new RgbImage(width, height, raw);
        }
        RgbImage image = RgbImage.blank(width, height);
        byte[] pixels = image.rgb();
        for (int i = 0; i < width * height; i++) {
            for (int c = 0; c < 3; c++) {
                pixels[3 * i + c] = raw[samples == 1 ? i : samples * i + c];
            }
        }
        return image;
    }
}
