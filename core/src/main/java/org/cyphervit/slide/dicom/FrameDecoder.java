package org.cyphervit.slide.dicom;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.codec.Jpeg2000;
import org.cyphervit.slide.codec.JpegStream;
import org.cyphervit.slide.codec.OpenJpeg;
import org.cyphervit.slide.codec.PackBits;
import org.cyphervit.slide.codec.Ycc;

/**
 * From the bytes of a frame to RGB.
 *
 * @param coding how they are packed
 * @param photometric what the samples are, such as RGB or YBR_FULL_422
 * @param planar whether red, green and blue lie behind each other, in pixels that are not packed
 * @param samples of a pixel, 1 or 3
 */
record FrameDecoder(Coding coding, String photometric, boolean planar, int samples, int width, int height) {
    private static final Map<String, Coding> CODINGS = Map.of(
            "1.2.840.10008.1.2", Coding.NONE,
            "1.2.840.10008.1.2.1", Coding.NONE,
            "1.2.840.10008.1.2.5", Coding.RLE,
            "1.2.840.10008.1.2.4.50", Coding.JPEG,
            "1.2.840.10008.1.2.4.51", Coding.JPEG,
            "1.2.840.10008.1.2.4.90", Coding.JPEG_2000,
            "1.2.840.10008.1.2.4.91", Coding.JPEG_2000);

    enum Coding {
        NONE,
        RLE,
        JPEG,
        JPEG_2000
    }

    /** Why the frames of such a data set cannot be decoded; nothing if they can. */
    static Optional<String> obstacle(DicomItem set) {
        String syntax = set.text(Tags.TRANSFER_SYNTAX).orElse("1.2.840.10008.1.2");
        Coding coding = CODINGS.get(syntax);
        if (coding == null) {
            return Optional.of("its frames are coded by transfer syntax " + syntax
                    + ", where JPEG, JPEG 2000, RLE and none are known");
        }
        if (coding == Coding.JPEG_2000 && OpenJpeg.version().isEmpty()) {
            return Optional.of("its frames are JPEG 2000, and the library OpenJPEG was not found");
        }
        long samples = set.integer(Tags.SAMPLES, 0);
        if (set.integer(Tags.BITS_ALLOCATED, 0) != 8 || (samples != 1 && samples != 3)) {
            return Optional.of("its pixels are " + samples + " samples of " + set.integer(Tags.BITS_ALLOCATED, 0)
                    + " bits; expected 1 or 3 of 8");
        }
        String photometric = set.text(Tags.PHOTOMETRIC).orElse("");
        boolean whole = !photometric.equals("YBR_FULL_422") || coding == Coding.JPEG || coding == Coding.JPEG_2000;
        boolean known = samples == 1 ? photometric.matches("MONOCHROME[12]") : photometric.matches("RGB|YBR_.*");
        return known && whole
                ? Optional.empty()
                : Optional.of("its pixels are " + samples + " samples of kind '" + photometric + "'");
    }

    /** Of a data set without an obstacle. */
    static FrameDecoder of(DicomItem set, int width, int height) {
        return new FrameDecoder(
                java.util.Objects.requireNonNull(
                        CODINGS.get(set.text(Tags.TRANSFER_SYNTAX).orElse("1.2.840.10008.1.2")), "no obstacle"),
                set.text(Tags.PHOTOMETRIC).orElse(""),
                set.integer(Tags.PLANAR, 0) == 1,
                (int) set.integer(Tags.SAMPLES, 1),
                width,
                height);
    }

    long bytes() {
        return (long) width * height * samples;
    }

    /** @throws IOException if the frame is broken */
    RgbImage decode(byte[] frame, String what) throws IOException {
        RgbImage image = switch (coding) {
            case NONE -> interleave(frame, planar && samples == 3);
            case RLE -> interleave(runLengths(frame), samples == 3);
            case JPEG -> JpegStream.decode(new byte[0], frame, photometric.equals("RGB"), width, height, what);
            case JPEG_2000 ->
                Jpeg2000.decode(
                        frame,
                        photometric.startsWith("YBR_FULL") ? Jpeg2000.Colours.YCBCR : Jpeg2000.Colours.RGB,
                        width,
                        height);
        };
        if (image.width() != width || image.height() != height) {
            throw new IOException(
                    "it has " + image.width() + " x " + image.height() + " pixels; expected " + width + " x " + height);
        }
        if (coding == Coding.NONE || coding == Coding.RLE) {
            toRgb(image.rgb());
        }
        return image;
    }

    private void toRgb(byte[] rgb) {
        if (photometric.equals("MONOCHROME1")) { // 0 is white
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = (byte) ~rgb[i];
            }
        } else if (photometric.startsWith("YBR_FULL")) {
            for (int i = 0; i < rgb.length; i += 3) {
                Ycc.toRgb(rgb, i);
            }
        }
    }

    private RgbImage interleave(byte[] frame, boolean planes) throws IOException {
        int n = width * height;
        if (frame.length < (long) n * samples) {
            throw new IOException("it has " + frame.length + " of " + (long) n * samples + " bytes");
        }
        RgbImage image = RgbImage.blank(width, height);
        byte[] rgb = image.rgb();
        for (int i = 0; i < n; i++) {
            for (int c = 0; c < 3; c++) {
                int from = samples == 1 ? i : planes ? c * n + i : 3 * i + c;
                rgb[3 * i + c] = frame[from];
            }
        }
        return image;
    }

    // PS3.5, annex G: a table of up to 15 segments, one for each sample.
    private byte[] runLengths(byte[] frame) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        if (frame.length < 64 || in.getInt(0) != samples) {
            throw new IOException("it does not hold " + samples + " planes of run lengths");
        }
        byte[] planes = new byte[Math.toIntExact(bytes())];
        for (int c = 0; c < samples; c++) {
            int start = in.getInt(4 + 4 * c);
            int end = c + 1 < samples ? in.getInt(8 + 4 * c) : frame.length;
            if (start < 64 || end < start || end > frame.length) {
                throw new IOException("plane " + c + " should lie at " + start + " to " + end);
            }
            byte[] plane = new byte[width * height];
            int got = PackBits.decode(ByteBuffer.wrap(frame, start, end - start), plane);
            if (got < plane.length) {
                throw new IOException("plane " + c + " ends after " + got + " of " + plane.length + " bytes");
            }
            System.arraycopy(plane, 0, planes, c * plane.length, plane.length);
        }
        return planes;
    }
}
