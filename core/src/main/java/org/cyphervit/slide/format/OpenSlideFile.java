package org.cyphervit.slide.format;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.cyphervit.UserError;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.Bounds;
import org.cyphervit.slide.Calibration;
import org.cyphervit.slide.PyramidLevel;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideFacts;
import org.cyphervit.slide.codec.NativeFunctions;

/** A slide that OpenSlide reads. After an error OpenSlide reads nothing more from it. */
final class OpenSlideFile extends Slide {
    private static final long MAX_PIXELS = 1 << 28;

    /** Where vendors name the scanner; the first that is there counts. */
    private static final List<String> SCANNERS = List.of(
            "aperio.ScanScope ID",
            "hamamatsu.Product",
            "leica.device-model",
            "philips.DICOM_MANUFACTURERS_MODEL_NAME",
            "dicom.ManufacturerModelName",
            "tiff.Model");

    private final OpenSlide library;
    private final MemorySegment slide;
    /** The downsamples by which OpenSlide itself counts, to hit the pixels that are meant. */
    private final double[] downsamples;

    private final int background;
    /** Reading is shared, closing is not. */
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    private boolean closed;

    private OpenSlideFile(
            Path path,
            List<PyramidLevel> levels,
            Bounds bounds,
            Calibration calibration,
            OpenSlide library,
            MemorySegment slide) {
        super(path, levels, bounds, calibration, facts(library, slide));
        this.library = library;
        this.slide = slide;
        this.downsamples = new double[levels.size()];
        for (int i = 0; i < downsamples.length; i++) {
            downsamples[i] = (double) NativeFunctions.call(library.levelDownsample, slide, i);
        }
        this.background = property(library, slide, "openslide.background-color")
                .filter(color -> color.matches("[0-9a-fA-F]{6}"))
                .map(color -> Integer.parseInt(color, 16))
                .orElse(0xffffff);
    }

    /** Whether OpenSlide knows the file's format. */
    static boolean knows(Path path) {
        OpenSlide library = OpenSlide.library();
        try (Arena arena = Arena.ofConfined()) {
            return OpenSlide.text(library.detectVendor, arena.allocateFrom(path.toString()))
                    .isPresent();
        }
    }

    static OpenSlideFile open(Path path, OptionalDouble mpp) {
        OpenSlide library = OpenSlide.library();
        MemorySegment slide;
        try (Arena arena = Arena.ofConfined()) {
            slide = (MemorySegment) NativeFunctions.call(library.open, arena.allocateFrom(path.toString()));
        }
        if (slide.equals(MemorySegment.NULL)) {
            throw new UserError("OpenSlide does not know the format of '" + path + "'.");
        }
        boolean opened = false;
        try {
            check(path, library, slide);
            List<PyramidLevel> levels = levels(path, library, slide);
            Calibration calibration = calibration(library, slide).or(mpp);
            OpenSlideFile file =
                    new OpenSlideFile(path, levels, bounds(library, slide, levels), calibration, library, slide);
            opened = true;
            return file;
        } finally {
            if (!opened) {
                NativeFunctions.call(library.close, slide);
            }
        }
    }

    private static void check(Path path, OpenSlide library, MemorySegment slide) {
        OpenSlide.text(library.error, slide).ifPresent(words -> {
            throw new UserError("OpenSlide cannot read '" + path + "': " + words.strip() + ".");
        });
    }

    private static List<PyramidLevel> levels(Path path, OpenSlide library, MemorySegment slide) {
        int count = (int) NativeFunctions.call(library.levelCount, slide);
        List<PyramidLevel> levels = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG, 2);
            for (int i = 0; i < count; i++) {
                NativeFunctions.call(library.levelDimensions, slide, i, size, size.asSlice(8));
                long width = size.get(ValueLayout.JAVA_LONG, 0);
                long height = size.get(ValueLayout.JAVA_LONG, 8);
                PyramidLevel first = levels.isEmpty() ? new PyramidLevel(width, height, 1) : levels.getFirst();
                levels.add(PyramidLevel.of(first.width(), first.height(), width, height));
            }
        }
        if (levels.isEmpty() || levels.stream().anyMatch(level -> level.width() < 1 || level.height() < 1)) {
            throw new UserError("OpenSlide finds no image in '" + path + "'.");
        }
        return levels;
    }

    private static Bounds bounds(OpenSlide library, MemorySegment slide, List<PyramidLevel> levels) {
        OptionalLong x = whole(library, slide, "openslide.bounds-x");
        OptionalLong y = whole(library, slide, "openslide.bounds-y");
        OptionalLong width = whole(library, slide, "openslide.bounds-width");
        OptionalLong height = whole(library, slide, "openslide.bounds-height");
        PyramidLevel first = levels.getFirst();
        boolean known = x.isPresent() && y.isPresent() && width.isPresent() && height.isPresent();
        return known && width.getAsLong() > 0 && height.getAsLong() > 0
                ? new Bounds(x.getAsLong(), y.getAsLong(), width.getAsLong(), height.getAsLong())
                : new Bounds(0, 0, first.width(), first.height());
    }

    private static Calibration calibration(OpenSlide library, MemorySegment slide) {
        Optional<String> x = property(library, slide, "openslide.mpp-x");
        Optional<String> y = property(library, slide, "openslide.mpp-y");
        return x.isEmpty() || y.isEmpty()
                ? Calibration.none()
                : Calibration.of(Calibration.number(x.get()), Calibration.number(y.get()), "the slide");
    }

    private static SlideFacts facts(OpenSlide library, MemorySegment slide) {
        return new SlideFacts(
                property(library, slide, "openslide.vendor").orElse("of unknown format"),
                property(library, slide, "openslide.objective-power")
                        .map(text -> TiffSlide.positive(Calibration.number(text)))
                        .orElse(OptionalDouble.empty()),
                SCANNERS.stream()
                        .flatMap(name -> property(library, slide, name).stream())
                        .findFirst(),
                Optional.empty());
    }

    private static OptionalLong whole(OpenSlide library, MemorySegment slide, String name) {
        return property(library, slide, name)
                .filter(text -> text.matches("-?[0-9]{1,15}"))
                .map(text -> OptionalLong.of(Long.parseLong(text)))
                .orElse(OptionalLong.empty());
    }

    private static Optional<String> property(OpenSlide library, MemorySegment slide, String name) {
        try (Arena arena = Arena.ofConfined()) {
            return OpenSlide.text(library.property, slide, arena.allocateFrom(name));
        }
    }

    @Override
    public String reader() {
        return "OpenSlide " + OpenSlide.version().orElse("");
    }

    @Override
    protected RgbImage pixels(int level, long x, long y, int width, int height) {
        if ((long) width * height > MAX_PIXELS) {
            throw new IllegalArgumentException(width + " x " + height + " pixels at once");
        }
        int[] argb = new int[width * height];
        lock.readLock().lock();
        try (Arena arena = Arena.ofConfined()) {
            if (closed) {
                throw new IllegalStateException("'" + path() + "' is closed");
            }
            MemorySegment pixels = arena.allocate(ValueLayout.JAVA_INT, argb.length);
            read(pixels, Math.round(x * downsamples[level]), Math.round(y * downsamples[level]), level, width, height);
            check(path(), library, slide);
            MemorySegment.copy(pixels, ValueLayout.JAVA_INT, 0, argb, 0, argb.length);
        } finally {
            lock.readLock().unlock();
        }
        return new RgbImage(width, height, toRgb(argb));
    }

    private void read(MemorySegment pixels, long x, long y, int level, long width, long height) {
        try {
            library.readRegion.invokeExact(slide, pixels, x, y, level, width, height);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) { // invokeExact declares it; a C function throws nothing
            throw new IllegalStateException(e);
        }
    }

    // OpenSlide's colours are multiplied by their opacity; the background shows through the rest.
    private byte[] toRgb(int[] argb) {
        byte[] rgb = new byte[3 * argb.length];
        for (int i = 0; i < argb.length; i++) {
            int pixel = argb[i];
            int clear = 255 - (pixel >>> 24);
            if (clear != 0) {
                pixel += over(clear, 16) + over(clear, 8) + over(clear, 0);
            }
            rgb[3 * i] = (byte) (pixel >> 16);
            rgb[3 * i + 1] = (byte) (pixel >> 8);
            rgb[3 * i + 2] = (byte) pixel;
        }
        return rgb;
    }

    private int over(int clear, int shift) {
        return ((((background >> shift) & 0xff) * clear + 127) / 255) << shift;
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                NativeFunctions.call(library.close, slide);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
