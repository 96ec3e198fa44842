package org.cyphervit.slide.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.cyphervit.image.RgbImage;

/**
 * JPEG 2000 codestreams (ISO 15444-1) of slides: one or three components of 8 bits, colours perhaps at half the resolution
 * across. The header is checked here, before OpenJPEG reserves memory by it.
 */
public final class Jpeg2000 {
    private static final int START_AND_SIZE = 0xff4fff51; // SOC, then SIZ
    private static final int FIXED = 42; // bytes up to the components

    /** What the components are, which a bare codestream does not say. */
    public enum Colours {
        RGB,
        YCBCR
    }

    private Jpeg2000() {}

    /**
     * Decodes a codestream.
     *
     * @param width the most it may have, pixels
     * @param height the most it may have, pixels
     * @throws IOException if it is no such codestream, or larger
     * @throws org.cyphervit.UserError if there is no OpenJPEG
     */
    public static RgbImage decode(byte[] codestream, Colours colours, int width, int height) throws IOException {
        check(codestream, width, height);
        OpenJpeg.Components decoded = OpenJpeg.library().decode(codestream);
        int w = decoded.width();
        int h = decoded.height();
        if (w < 1 || h < 1 || w > width || h > height) {
            throw new IOException("it decodes to " + w + " x " + h + " pixels");
        }
        RgbImage image = RgbImage.blank(w, h);
        if (decoded.planes().size() == 1) {
            grey(decoded, image);
        } else if (colours == Colours.RGB) {
            rgb(decoded, image);
        } else {
            ycc(decoded, image);
        }
        return image;
    }

    private static void check(byte[] bytes, int width, int height) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < FIXED || in.getInt() != START_AND_SIZE) {
            throw new IOException("it does not begin as a JPEG 2000 codestream");
        }
        long w = (in.getInt(8) & 0xffffffffL) - (in.getInt(16) & 0xffffffffL);
        long h = (in.getInt(12) & 0xffffffffL) - (in.getInt(20) & 0xffffffffL);
        long tileWidth = in.getInt(24) & 0xffffffffL;
        long tileHeight = in.getInt(28) & 0xffffffffL;
        int components = in.getShort(40) & 0xffff;
        if (w < 1 || h < 1 || w > width || h > height) {
            throw new IOException("it has " + w + " x " + h + " pixels where " + width + " x " + height + " belong");
        }
        if ((components != 1 && components != 3) || bytes.length < FIXED + 3 * components) {
            throw new IOException("it has " + components + " components; expected 1 or 3");
        }
        // Many tiny tiles would cost far more memory than their pixels.
        if (tileWidth < Math.min(w, 32) || tileHeight < Math.min(h, 32)) {
            throw new IOException("its tiles have " + tileWidth + " x " + tileHeight + " pixels");
        }
        for (int c = 0; c < components; c++) {
            int depth = bytes[FIXED + 3 * c];
            int across = bytes[FIXED + 3 * c + 1];
            int down = bytes[FIXED + 3 * c + 2];
            boolean fits = c == 0 ? across == 1 && down == 1 : across >= 1 && across <= 2 && down >= 1 && down <= 2;
            if (depth != 7 || !fits) { // 7 stands for 8 bits without a sign
                throw new IOException(
                        "its component " + c + " has other than 8 bits, or is sampled " + across + " x " + down);
            }
        }
    }

    private static void grey(OpenJpeg.Components decoded, RgbImage image) {
        OpenJpeg.Plane plane = decoded.planes().getFirst();
        for (int i = 0; i < image.width() * image.height(); i++) {
            byte value = clamp(plane.at(i % image.width(), i / image.width()));
            image.rgb()[3 * i] = value;
            image.rgb()[3 * i + 1] = value;
            image.rgb()[3 * i + 2] = value;
        }
    }

    private static void rgb(OpenJpeg.Components decoded, RgbImage image) {
        for (int c = 0; c < 3; c++) {
            OpenJpeg.Plane plane = decoded.planes().get(c);
            for (int y = 0, i = c; y < image.height(); y++) {
                for (int x = 0; x < image.width(); x++, i += 3) {
                    image.rgb()[i] = clamp(plane.at(x, y));
                }
            }
        }
    }

    private static void ycc(OpenJpeg.Components decoded, RgbImage image) {
        OpenJpeg.Plane luma = decoded.planes().get(0);
        OpenJpeg.Plane blue = decoded.planes().get(1);
        OpenJpeg.Plane red = decoded.planes().get(2);
        for (int y = 0, i = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++, i += 3) {
                Ycc.toRgb(luma.at(x, y), blue.at(x, y), red.at(x, y), image.rgb(), i);
            }
        }
    }

    private static byte clamp(int value) {
        return (byte) Math.clamp(value, 0, 255);
    }
}
