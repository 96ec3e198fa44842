package org.cyphervit.jmh;

import java.util.List;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.Phenotype;
import org.cyphervit.image.RgbImage;

/** Painted tissue: pixels that branch and vary as real ones do, the same in every run. */
final class Tissue {
    private Tissue() {}

    /** @param side pixels */
    static RgbImage tile(int side) {
        return GeneratedTissue.field(side, List.of(Phenotype.values()), 0).image();
    }
}
