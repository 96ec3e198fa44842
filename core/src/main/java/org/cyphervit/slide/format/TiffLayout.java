package org.cyphervit.slide.format;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.cyphervit.slide.Calibration;
import org.cyphervit.slide.PyramidLevel;
import org.cyphervit.slide.SlideFacts;
import org.cyphervit.slide.codec.SegmentedImage;
import org.cyphervit.slide.tiff.TiffDirectory;
import org.cyphervit.slide.tiff.TiffImage;

/**
 * Which images of a TIFF file are the slide's levels, and what the file says of them.
 *
 * @param images from fine to coarse
 * @param levels of the images
 */
record TiffLayout(List<SegmentedImage> images, List<PyramidLevel> levels, Calibration calibration, SlideFacts facts) {
    /** The first image and those of the others that show the same, smaller. */
    static TiffLayout of(List<SegmentedImage> images, Calibration calibration, SlideFacts facts) {
        List<SegmentedImage> sorted = new ArrayList<>(images);
        sorted.subList(1, sorted.size())
                .sort(Comparator.comparingLong(SegmentedImage::width).reversed());
        SegmentedImage base = sorted.getFirst();
        List<PyramidLevel> levels = sorted.stream()
                .map(image -> PyramidLevel.of(base.width(), base.height(), image.width(), image.height()))
                .toList();
        return new TiffLayout(sorted, levels, calibration, facts);
    }

    /** Whether another directory can be a smaller picture of the same, by its size and the way it is stored. */
    static boolean isSmaller(TiffDirectory first, TiffDirectory other) {
        long width = other.width();
        long height = other.height();
        if (TiffImage.obstacle(other).isPresent() || first.isTiled() != other.isTiled() || width < 1 || height < 1) {
            return false;
        }
        double x = (double) first.width() / width;
        double y = (double) first.height() / height;
        // Rounding changes a side by less than a pixel.
        double error = 1.0 / Math.min(width, height) + 0.001;
        return x > 1.2 && y > 1.2 && Math.abs(x / y - 1) <= error;
    }
}
