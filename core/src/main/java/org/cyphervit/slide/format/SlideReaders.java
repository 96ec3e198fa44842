package org.cyphervit.slide.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import org.cyphervit.UserError;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideAddress;
import org.cyphervit.slide.SlideReader;
import org.cyphervit.slide.dicom.DicomSeries;
import org.cyphervit.slide.tiff.TiffFile;
import org.cyphervit.slide.zarr.OmeZarr;
import org.cyphervit.slide.zarr.ZarrStore;

/** Finds the reader that suits a file. */
public final class SlideReaders {
    private SlideReaders() {}

    public static Slide open(Path given, SlideReader reader, OptionalDouble mpp) {
        SlideAddress address = SlideAddress.of(given);
        Path path = address.file();
        if (!Files.exists(path)) {
            throw new UserError("There is no slide '" + path + "'. Check the path.");
        }
        if (Files.isDirectory(path) && OmeZarr.isZarr(path) && reader != SlideReader.OPENSLIDE) {
            return ZarrSlide.open(ZarrStore.of(path), address, mpp);
        }
        boolean dicom = Files.isDirectory(path) || DicomSeries.isDicom(path);
        if (!dicom && reader != SlideReader.OPENSLIDE && isTiff(path)) {
            return tiff(address, mpp, reader == SlideReader.AUTO);
        }
        address.choose(); // of other formats than OME's no plane can be chosen
        if (dicom && reader != SlideReader.OPENSLIDE) {
            return dicom(path, reader == SlideReader.AUTO, mpp);
        }
        return switch (reader) {
            case OPENSLIDE -> OpenSlideFile.open(path, mpp);
            case JAVA -> java(path, mpp, false);
            case AUTO -> java(path, mpp, true);
        };
    }

    /**
     * Opens an OME-Zarr hierarchy wherever it lies.
     *
     * @param name for messages, and the planes to read
     */
    public static Slide zarr(ZarrStore store, Path name, OptionalDouble mpp) {
        return ZarrSlide.open(store, SlideAddress.of(name), mpp);
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
        if (ImageFiles.isImage(path)) {
            return ImageSlide.open(path, mpp);
        }
        if (openSlideToo && OpenSlide.isAvailable() && OpenSlideFile.knows(path)) {
            return OpenSlideFile.open(path, mpp);
        }
        throw unknown(path, "it is neither TIFF, SVS, DICOM, OME-Zarr, PNG, JPEG, BMP nor WebP", openSlideToo);
    }

    private static Slide tiff(SlideAddress address, OptionalDouble mpp, boolean openSlideToo) {
        Path path = address.file();
        TiffFile file = TiffFile.open(path);
        boolean used = false;
        try {
            Optional<String> obstacle = TiffSlide.obstacle(file, address);
            if (obstacle.isEmpty()) {
                Slide slide = TiffSlide.of(file, address, mpp);
                used = true;
                return slide;
            }
            if (address.planes().isEmpty() && openSlideToo && OpenSlide.isAvailable() && OpenSlideFile.knows(path)) {
                return OpenSlideFile.open(path, mpp);
            }
            if (TiffSlide.isPlain(file)) {
                address.choose();
                return ImageSlide.ofTiff(file, mpp);
            }
            throw unknown(path, obstacle.get(), openSlideToo);
        } finally {
            if (!used) {
                file.close();
            }
        }
    }

    private static UserError unknown(Path path, String obstacle, boolean openSlideToo) {
        return new UserError("'" + path + "' cannot be read in Java: " + obstacle + ". "
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
