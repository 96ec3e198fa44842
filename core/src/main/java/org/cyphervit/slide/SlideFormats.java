package org.cyphervit.slide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.slide.dicom.DicomSeries;
import org.cyphervit.slide.zarr.OmeZarr;

/** Which files and folders are slides, by their names and first bytes. */
public final class SlideFormats {
    private static final Set<String> SLIDES =
            Set.of("svs", "tif", "tiff", "btf", "ndpi", "mrxs", "scn", "vms", "vmu", "bif", "svslide");

    private SlideFormats() {}

    /** Whether the name of a file ends as a slide's. */
    public static boolean isSlideName(Path file) {
        String name = String.valueOf(file.getFileName());
        return SLIDES.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    /** Whether the name of a file ends as a slide's or an image's: a slide in one file. */
    public static boolean isSlideFile(Path file) {
        return isSlideName(file) || ImageFiles.isImage(file);
    }

    /** Whether it is a folder that is one slide: OME-Zarr. */
    public static boolean isSlideFolder(Path folder) {
        return Files.isDirectory(folder) && OmeZarr.isZarr(folder);
    }

    /** What a slide is called, whichever of its planes: its file's name, or of a DICOM series its folder's, whose files are called all alike. */
    public static String title(Path path) {
        Path slide = SlideAddress.of(path).file();
        Path folder = slide.toAbsolutePath().normalize().getParent();
        String name = String.valueOf(slide.toAbsolutePath().normalize().getFileName());
        try {
            if (folder == null || folder.getFileName() == null || !DicomSeries.isDicom(slide)) {
                return name;
            }
            String above = folder.getFileName().toString();
            return DicomSeries.find(folder).size() == 1 ? above : above + "/" + name;
        } catch (IOException e) {
            return name;
        }
    }

    /** Whether it is the file that stands for a DICOM series among the others of its folder. */
    public static boolean isFirstOfSeries(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        try {
            return folder != null
                    && DicomSeries.isDicom(file)
                    && DicomSeries.find(folder).contains(folder.resolve(file.getFileName()));
        } catch (IOException e) {
            return false;
        }
    }
}
