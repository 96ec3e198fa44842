package org.cyphervit.cli.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.slide.SlideFormats;

/** Which files and folders are slides: those of slide formats by their name, images by their size. */
public final class SlideFiles {
    private static final int LEAST = 600;

    private SlideFiles() {}

    /** Whether it is a slide, or an image whose longer side has at least 600 pixels: the tiles of a data set are no slides. */
    public static boolean isSlide(Path file) {
        if (Files.isDirectory(file)) {
            return SlideFormats.isSlideFolder(file);
        }
        if (SlideFormats.isSlideName(file) || SlideFormats.isFirstOfSeries(file)) {
            return Files.isRegularFile(file);
        }
        try {
            int[] size = ImageFiles.isImage(file) ? ImageFiles.size(file) : null;
            return size != null
                    && Math.max(size[0], size[1]) >= LEAST
                    && (long) size[0] * size[1] <= ImageFiles.MAX_PIXELS;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether 'tile' made the folder: many files in it, none of them a slide. */
    public static boolean isOfTiles(Path folder) {
        return Files.exists(folder.resolve("manifest.csv"));
    }
}
