package org.cyphervit.slide.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import org.cyphervit.UserError;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideReader;
import org.cyphervit.slide.dicom.DicomSeries;
import org.cyphervit.slide.tiff.TiffFile;
import org.cyphervit.slide.zarr.OmeZarr;

/** Finds the reader that suits a file. */
public final class SlideReaders {
    private SlideReaders() {}

    public static Slide open(Path path, SlideReader reader, OptionalDouble mpp) {
        if (!Files.exists(path)) {
            throw new UserError("There is no slide '" + path + "'. Check the path.");
        }
        if (Files.isDirectory(path) && OmeZarr.isZarr(path) && reader != SlideReader.OPENSLIDE) {
            return ZarrSlide.open(path, mpp);
        }
        boolean dicom = Files.isDirectory(path) || DicomSeries.isDicom(path);
        if (dicom && reader != SlideReader.OPENSLIDE) {
            return dicom(path, reader == SlideReader.AUTO, mpp);
        }
        return switch (reader) {
            case OPENSLIDE -> OpenSlideFile.open(path, mpp);
            case JAVA -> java(path, mpp, false);
            case AUTO -> java(path, mpp, true);
        };
    }

    // OpenSlide reads DICOM from version 4 on.
    private static Slide dicom(Path path, boolean openSlideToo, OptionalDouble mpp) {
        DicomSeries series = DicomSeries.open(path);
        boolean used = false;
        try {
            Optional<String> obstacle = series.obstacle();
            if (obstacle.isEmpty()) {
                Slide slide = DicomSlide.of(path, series, mpp);
                used = true;
                return slide;
            }
            Path file = series.path();
            if (openSlideToo && OpenSlide.readsDicom() && OpenSlideFile.knows(file)) {
                return OpenSlideFile.open(file, mpp);
            }
            throw new UserError("'" + path + "' cannot be read in Java: " + obstacle.get() + ". "
                    + (OpenSlide.readsDicom()
                            ? "OpenSlide does not know it either."
                            : "OpenSlide 4 may read it; "
                                    + OpenSlide.version()
                                            .map(version -> "installed is " + version + ".")
                                            .orElse("it was not found.")));
        } finally {
            if (!used) {
                series.close();
            }
        }
    }

    // Java first: it needs nothing installed, survives broken files, and its pixels are the same.
    private static Slide java(Path path, OptionalDouble mpp, boolean openSlideToo) {
        String obstacle = "it is neither TIFF, SVS, DICOM, OME-Zarr, PNG, JPEG, BMP nor WebP";
        if (isTiff(path)) {
            TiffFile file = TiffFile.open(path);
            boolean used = false;
            try {
                Optional<String> reason = TiffSlide.obstacle(file);
                if (reason.isEmpty()) {
                    Slide slide = TiffSlide.of(file, mpp);
                    used = true;
                    return slide;
                }
                obstacle = reason.get();
                if (openSlideToo && OpenSlide.isAvailable() && OpenSlideFile.knows(path)) {
                    return OpenSlideFile.open(path, mpp);
                }
                if (TiffSlide.isPlain(file)) {
                    return ImageSlide.ofTiff(file, mpp);
                }
            } finally {
                if (!used) {
                    file.close();
                }
            }
        } else if (ImageFiles.isImage(path)) {
            return ImageSlide.open(path, mpp);
        } else if (openSlideToo && OpenSlide.isAvailable() && OpenSlideFile.knows(path)) {
            return OpenSlideFile.open(path, mpp);
        }
        throw new UserError("'" + path + "' cannot be read in Java: " + obstacle + ". "
                + (openSlideToo
                        ? OpenSlide.isAvailable()
                                ? "OpenSlide does not know it either. Convert it to a pyramidal TIFF with JPEG tiles."
                                : OpenSlide.advice()
                        : "Read it by OpenSlide (setting 'reader' openslide)."));
    }

    private static boolean isTiff(Path path) {
        try {
            return TiffFile.isTiff(path);
        } catch (IOException e) {
            throw new UserError("'" + path + "' cannot be read: " + e.getMessage() + ".", e);
        }
    }
}
