package org.cyphervit.slide.tiff;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.codec.Jpeg2000;
import org.cyphervit.slide.codec.JpegStream;
import org.cyphervit.slide.codec.PackBits;

/** From the bytes of a tile or strip to RGB. */
final class SegmentDecoder {
    static final int NONE = 1;
    static final int JPEG = 7;
    private static final int LZW = 5;
    private static final int DEFLATE = 8;
    private static final int OLD_DEFLATE = 32946;
    private static final int PACK_BITS = 32773;
    private static final int JPEG_2000_YCC = 33003; // Aperio's numbers
    private static final int JPEG_2000_RGB = 33005;
    private static final int JPEG_2000 = 34712;

    private final TiffFile file;
    private final int compression;
    private final int samples;
    private final boolean differences;
    private final boolean rgb;
    private final byte[] tables;

    /** @param samples of a pixel in one segment: all, or 1 where colours lie in separate planes */
    SegmentDecoder(TiffDirectory directory, int samples) {
        file = directory.file();
        compression = (int) directory.integer(TiffTag.COMPRESSION, NONE);
        this.samples = samples;
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
                || compression == PACK_BITS
                || isJpeg2000(compression);
    }

    static boolean isJpeg2000(long compression) {
        return compression == JPEG_2000_YCC || compression == JPEG_2000_RGB || compression == JPEG_2000;
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
        if (isJpeg2000(compression)) {
            return jpeg2000(encoded, width, height, what);
        }
        byte[] raw = new byte[expected];
        int got = switch (compression) {
            case NONE -> copy(encoded, raw);
            case LZW -> Lzw.decode(encoded, raw);
            case PACK_BITS -> PackBits.decode(ByteBuffer.wrap(encoded), raw);
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
            return onCanvas(
                    JpegStream.decode(tables, encoded, rgb, width, height, file.path() + ", " + what), width, height);
        } catch (IOException e) {
            throw file.broken(what + " is no JPEG: " + e.getMessage());
        }
    }

    private RgbImage jpeg2000(byte[] encoded, int width, int height, String what) {
        Jpeg2000.Colours colours = compression == JPEG_2000_YCC || (compression == JPEG_2000 && !rgb)
                ? Jpeg2000.Colours.YCBCR
                : Jpeg2000.Colours.RGB;
        try {
            return onCanvas(Jpeg2000.decode(encoded, colours, width, height), width, height);
        } catch (IOException e) {
            throw file.broken(what + " is no JPEG 2000: " + e.getMessage());
        }
    }

    // Some writers end the tiles at the edge of the slide with the slide.
    private static RgbImage onCanvas(RgbImage image, int width, int height) {
        if (image.width() == width && image.height() == height) {
            return image;
        }
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
