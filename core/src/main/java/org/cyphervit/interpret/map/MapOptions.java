package org.cyphervit.interpret.map;

import java.util.Optional;
import org.cyphervit.Ranges;
import org.cyphervit.stain.StainFit;

/**
 * How a slide is shown to an encoder.
 *
 * @param mpp microns per pixel of the images that the encoder was trained on, as it saw them
 * @param shifts the windows are shown at shifts x shifts places, which makes the map so many times finer than the patches;
 *     divides the patch
 * @param leastTissue share of a tile that must be tissue for it to be embedded, [0, 1]
 * @param target what slides are normalized to before they are shown, each measured as a whole; empty for slides as they are
 */
public record MapOptions(double mpp, int shifts, double leastTissue, Optional<StainFit> target) {
    public MapOptions {
        Ranges.of("A slide's map")
                .number("mpp", mpp, 0.001, 1000)
                .whole("shifts", shifts, 1, 1024)
                .number("leastTissue", leastTissue, 0, 1)
                .check();
    }
}
