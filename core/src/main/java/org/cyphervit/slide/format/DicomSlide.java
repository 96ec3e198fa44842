package org.cyphervit.slide.format;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.cyphervit.slide.Calibration;
import org.cyphervit.slide.PyramidLevel;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideFacts;
import org.cyphervit.slide.codec.SegmentedImage;
import org.cyphervit.slide.dicom.DicomSeries;

/** A DICOM series as a slide. */
final class DicomSlide {
    private DicomSlide() {}

    static Slide of(Path path, DicomSeries series, OptionalDouble mpp) {
        List<SegmentedImage> images = series.levels();
        SegmentedImage base = images.getFirst();
        List<PyramidLevel> levels = images.stream()
                .map(image -> PyramidLevel.of(base.width(), base.height(), image.width(), image.height()))
                .toList();
        Optional<double[]> spacing = series.spacing();
        Calibration calibration = spacing.isEmpty()
                ? Calibration.none()
                : Calibration.of(1000 * spacing.get()[0], 1000 * spacing.get()[1], "DICOM's pixel spacing");
        String planes = series.focalPlanes() > 1
                ? ", focal plane " + (series.focalPlanes() / 2 + 1) + " of " + series.focalPlanes()
                : "";
        return new SegmentedSlide(
                path,
                "Java (DICOM)",
                images,
                levels,
                calibration.or(mpp),
                new SlideFacts("DICOM" + planes, series.objective(), series.scanner(), series.stain()),
                series::close);
    }
}
