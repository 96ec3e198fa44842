package org.cyphervit.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Image files to pixels and back, through OpenCV (libjpeg-turbo, libpng, libtiff, libwebp): four times faster than
 * ImageIO on JPEG, and from many threads at once.
 */
public final class ImageFiles {
    /** Larger images are refused before memory is reserved for them; slides are read by region instead. */
    public static final long MAX_PIXELS = 200_000_000;

    private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "tif", "tiff", "bmp", "webp");

    static {
        opencv_core.setNumThreads(1); // the loader has its own threads
        ImageIO.setUseCache(false);
    }

    private ImageFiles() {}

    /** Whether the name ends like an image file this class reads: jpg, png, tif, bmp or webp, in any case. */
    public static boolean isImage(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot >= 0 && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    /**
     * Width and height from the header alone.
     *
     * @return {width, height}, or null if the format has no cheap header reader here (webp)
     * @throws IOException if the header is broken; the message names the file
     */
    @SuppressWarnings("NullAway") // ImageIO returns null for streams it cannot make
    public static int @org.jspecify.annotations.Nullable [] size(Path file) throws IOException {
        try (ImageInputStream stream = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = stream == null ? null : ImageIO.getImageReaders(stream);
            if (readers == null || !readers.hasNext()) {
                return null;
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(stream, true, true);
                return new int[] {reader.getWidth(0), reader.getHeight(0)};
            } finally {
                reader.dispose();
            }
        } catch (RuntimeException e) { // readers throw these on hostile headers
            throw new IOException("'" + file + "' has a broken header: " + e.getMessage(), e);
        }
    }

    /**
     * Decodes a file; grey and palette images become RGB, 16 bits become 8, transparency is dropped.
     *
     * @throws IOException if it is no readable image, naming the file
     */
    public static RgbImage read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length == 0) {
            throw new IOException("'" + file + "' is empty");
        }
        return decode(bytes, file.toString());
    }

    /** Decodes an image file held in memory; {@code name} is for messages. */
    public static RgbImage decode(byte[] bytes, String name) throws IOException {
        try (PointerScope scope = new PointerScope()) {
            Mat encoded = new Mat(1, bytes.length, opencv_core.CV_8UC1, new BytePointer(bytes));
            Mat pixels = opencv_imgcodecs.imdecode(encoded, opencv_imgcodecs.IMREAD_COLOR_RGB);
            if (pixels == null || pixels.isNull() || pixels.empty()) {
                throw new IOException("'" + name + "' is no readable image (broken or of an unknown format)");
            }
            return toImage(pixels);
        } catch (RuntimeException e) { // OpenCV's own checks
            throw new IOException("'" + name + "' cannot be decoded: " + firstLine(e), e);
        }
    }

    /** Writes a lossless PNG. */
    public static void writePng(Path file, RgbImage image) throws IOException {
        Files.write(file, encode(".png", image));
    }

    /** The bytes of an image file; {@code format} is an extension such as {@code .png} or {@code .jpg}. */
    public static byte[] encode(String format, RgbImage image) {
        return encode(format, image, new int[0]);
    }

    /** The bytes of a JPEG file; {@code quality} from 1 to 100. */
    public static byte[] jpeg(RgbImage image, int quality) {
        return encode(".jpg", image, new int[] {opencv_imgcodecs.IMWRITE_JPEG_QUALITY, quality});
    }

    private static byte[] encode(String format, RgbImage image, int[] parameters) {
        try (PointerScope scope = new PointerScope()) {
            Mat bgr = new Mat();
            org.bytedeco.opencv.global.opencv_imgproc.cvtColor(
                    toMat(image), bgr, org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2BGR);
            BytePointer buffer = new BytePointer();
            opencv_imgcodecs.imencode(format, bgr, buffer, new IntPointer(parameters));
            byte[] bytes = new byte[Math.toIntExact(buffer.limit())];
            buffer.get(bytes);
            return bytes;
        }
    }

    /** A native copy; belongs to the caller's pointer scope. */
    public static Mat toMat(RgbImage image) {
        return new Mat(image.height(), image.width(), opencv_core.CV_8UC3, new BytePointer(image.rgb()));
    }

    /** A copy of an 8-bit, 3-channel matrix. */
    public static RgbImage toImage(Mat mat) {
        Mat dense = mat.isContinuous() ? mat : mat.clone();
        byte[] rgb = new byte[3 * mat.cols() * mat.rows()];
        dense.data().get(rgb);
        return new RgbImage(mat.cols(), mat.rows(), rgb);
    }

    private static String firstLine(RuntimeException e) {
        return String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("");
    }
}
