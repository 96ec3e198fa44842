package org.cyphervit.slide.format;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.cyphervit.slide.Calibration;
import org.cyphervit.slide.PlaneAxis;
import org.cyphervit.slide.PyramidLevel;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideAddress;
import org.cyphervit.slide.SlideFacts;
import org.cyphervit.slide.codec.SegmentedImage;
import org.cyphervit.slide.zarr.OmeZarr;
import org.cyphervit.slide.zarr.ZarrStore;

/** An OME-Zarr image as a slide. */
final class ZarrSlide {
    private ZarrSlide() {}

    static Slide open(ZarrStore store, SlideAddress address, OptionalDouble mpp) {
        OmeZarr image = OmeZarr.open(store, address);
        SegmentedImage base = image.levels().getFirst();
        List<PyramidLevel> levels = image.levels().stream()
                .map(level -> PyramidLevel.of(base.width(), base.height(), level.width(), level.height()))
                .toList();
        return new SegmentedSlide(
                address.path(),
                "Java (OME-Zarr)",
                image.levels(),
                levels,
                calibration(image).or(mpp),
                PlaneAxis.add(image.planes(), SlideFacts.of(image.format())),
                () -> {}); // files are opened chunk by chunk
    }

    // A scale without a unit may be of pixels, and is not believed.
    private static Calibration calibration(OmeZarr image) {
        Optional<double[]> spacing = image.spacing();
        double unit = image.unit().isEmpty() ? Double.NaN : OmeXml.microns(image.unit());
        return spacing.isEmpty() || Double.isNaN(unit)
                ? Calibration.none()
                : Calibration.of(spacing.get()[0] * unit, spacing.get()[1] * unit, "OME-Zarr's scale");
    }
}
