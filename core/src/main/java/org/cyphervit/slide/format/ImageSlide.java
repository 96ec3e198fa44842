package org.cyphervit.slide.format;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.cyphervit.UserError;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.Bounds;
import org.cyphervit.slide.Calibration;
import org.cyphervit.slide.Pixels;
import org.cyphervit.slide.PyramidLevel;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideFacts;
import org.cyphervit.slide.tiff.TiffDirectory;
import org.cyphervit.slide.tiff.TiffFile;

/** An image file as a slide of one level, held in memory. */
final class ImageSlide extends Slide {
    private final RgbImage image;

    private ImageSlide(Path path, RgbImage image, Calibration calibration) {
        super(
                path,
                List.of(new PyramidLevel(image.width(), image.height(), 1)),
                new Bounds(0, 0, image.width(), image.height()),
                calibration,
                SlideFacts.of("image"));
        this.image = image;
    }

    static ImageSlide open(Path path, OptionalDouble mpp) {
        try {
            int[] size = ImageFiles.size(path);
            if (size != null) {
                check(path, size[0], size[1]);
            }
            return new ImageSlide(
                    path, ImageFiles.read(path), Calibration.none().or(mpp));
        } catch (IOException e) {
            throw new UserError(e.getMessage() + ".", e);
        }
    }

    /** A TIFF file whose layout only a general decoder knows. */
    static ImageSlide ofTiff(TiffFile file, OptionalDouble mpp) {
        TiffDirectory first = file.directories().getFirst();
        check(file.path(), first.width(), first.height());
        try {
            return new ImageSlide(
                    file.path(),
                    ImageFiles.read(file.path()),
                    Calibration.of(first).or(mpp));
        } catch (IOException e) {
            throw new UserError(e.getMessage() + ".", e);
        }
    }

    private static void check(Path path, long width, long height) {
        if (width < 1 || height < 1 || width > ImageFiles.MAX_PIXELS / height) {
            throw new UserError("'" + path + "' has " + width + " x " + height + " pixels, too many to hold in memory"
                    + " at once. Convert it to a pyramidal TIFF with JPEG tiles, such as by 'vips tiffsave'.");
        }
    }

    @Override
    public String reader() {
        return "Java (image)";
    }

    @Override
    protected RgbImage pixels(int level, long x, long y, int width, int height) {
        RgbImage canvas = Pixels.white(width, height);
        Pixels.paste(image, -x, -y, canvas);
        return canvas;
    }

    @Override
    public void close() {} // memory only
}
