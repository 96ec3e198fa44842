package org.cyphervit.image;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.torch.EngineSettings;

/**
 * Image files to pixels and back, through OpenCV (libjpeg-turbo, libpng, libtiff, libwebp): four times faster than
 * ImageIO on JPEG, and from many threads at once.
 */
public final class ImageFiles {
    /** Larger images are refused before memory is reserved for them; slides are read by region instead. */
    public static final long MAX_PIXELS = 200_000_000;

    private static final long MAX_BYTES = 1L << 30;
    // Deflate packs at most 1,032 bytes of 8 pixels into one, JPEG and run lengths less; WebP may be one colour
    // throughout.
    private static final long MAX_PIXELS_PER_BYTE = 8 * 1032;
    private static final long MAX_PIXELS_PER_BYTE_OF_WEBP = 1 << 17;
    private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "tif", "tiff", "bmp", "webp");

    static {
        EngineSettings.beforeOpenCv();
        opencv_core.setNumThreads(1); // the loader has its own threads
    }

    private ImageFiles() {}

    /** Whether the name ends like an image file this class reads: jpg, png, tif, bmp or webp, in any case. */
    public static boolean isImage(Path file) {
        return isImageName(String.valueOf(file.getFileName()));
    }

    /** The same of a name that may be none of a file, such as one in an archive. */
    public static boolean isImageName(String name) {
        int dot = name.lastIndexOf('.');
        return dot >= 0 && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    /**
     * Width and height from the header alone.
     *
     * @return {width, height}
     * @throws IOException if the header is broken or of an unknown format; the message names the file
     */
    public static int[] size(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            long start = Math.min(channel.size(), MAX_BYTES);
            if (start == 0) {
                throw new IOException("'" + file + "' is empty");
            }
            return size(
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, start, arena).asByteBuffer(), file.toString());
        }
    }

    /**
     * The contents of an image file.
     *
     * @throws IOException if it cannot be read or is larger than any image that is allowed
     */
    public static byte[] bytes(Path file) throws IOException {
        long size = Files.size(file);
        if (size == 0 || size > MAX_BYTES) {
            throw new IOException("'" + file + "' " + (size == 0 ? "is empty" : "has " + size + " bytes, too many"));
        }
        return Files.readAllBytes(file);
    }

    /**
     * Decodes a file; grey and palette images become RGB, 16 bits become 8, transparency is dropped.
     *
     * @throws IOException if it is no readable image, naming the file
     */
    public static RgbImage read(Path file) throws IOException {
        return decode(bytes(file), file.toString());
    }

    /** Decodes an image file held in memory; {@code name} is for messages. */
    public static RgbImage decode(byte[] bytes, String name) throws IOException {
        int[] size = size(ByteBuffer.wrap(bytes), name);
        if (size[0] < 1 || size[1] < 1 || (long) size[0] * size[1] > MAX_PIXELS) {
            throw new IOException("'" + name + "' says that it has " + size[0] + " x " + size[1]
                    + " pixels; an image has 1 to " + MAX_PIXELS);
        }
        long most = (isWebp(bytes) ? MAX_PIXELS_PER_BYTE_OF_WEBP : MAX_PIXELS_PER_BYTE) * bytes.length;
        if ((long) size[0] * size[1] > most) {
            throw new IOException("'" + name + "' says that it has " + size[0] + " x " + size[1] + " pixels, which its "
                    + bytes.length + " bytes cannot hold; it was cut, or is damaged");
        }
        byte[] rgb = LargeImages.array(3L * size[0] * size[1], name); // waits before OpenCV takes as much
        try (PointerScope scope = new PointerScope()) {
            Mat encoded = new Mat(1, bytes.length, opencv_core.CV_8UC1, new BytePointer(bytes));
            Mat pixels = opencv_imgcodecs.imdecode(encoded, opencv_imgcodecs.IMREAD_COLOR_RGB);
            if (pixels == null || pixels.isNull() || pixels.empty()) {
                throw new IOException("'" + name + "' is no readable image (broken or of an unknown format)");
            }
            boolean asSaid = pixels.cols() == size[0] && pixels.rows() == size[1] && pixels.isContinuous();
            if (!asSaid) { // a JPEG that is turned by its EXIF
                return toImage(pixels);
            }
            pixels.data().get(rgb);
            return new RgbImage(size[0], size[1], rgb);
        } catch (RuntimeException e) { // OpenCV's own checks
            throw new IOException("'" + name + "' cannot be decoded: " + firstLine(e), e);
        }
    }

    /** Writes a lossless PNG. */
    public static void writePng(Path file, RgbImage image) throws IOException {
        AtomicFiles.write(file, encode(".png", image));
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

    private static boolean isWebp(byte[] bytes) {
        return bytes[0] == 'R';
    }

    private static int[] size(ByteBuffer bytes, String name) throws IOException {
        int[] size = ImageHeader.size(bytes);
        if (size == null) {
            throw new IOException("'" + name + "' is no readable image (broken or of an unknown format)");
        }
        return size;
    }

    private static String firstLine(RuntimeException e) {
        return String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("");
    }
}
