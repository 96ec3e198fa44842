package org.cyphervit.stain;

import java.util.Locale;
import java.util.Optional;

/** How stains are measured and normalized. */
public enum StainMethod {
    /** Extreme directions in the plane of optical densities (Macenko 2009). */
    MACENKO,
    /** Sparse non-negative factors of optical density (Vahadane 2016): no negative amounts of stain; slower. */
    VAHADANE,
    /** Mean and deviation in CIE Lab (Reinhard 2001): fastest, but knows no stains. */
    REINHARD;

    /**
     * Measures tissue.
     *
     * @param rgb interleaved RGB of one tile, or of pixels from many tiles of a slide
     * @return empty where it cannot be measured: too little tissue, or stains that cannot be told apart
     */
    public Optional<StainFit> fit(byte[] rgb) {
        return switch (this) {
            case MACENKO -> Macenko.fit(rgb).map(fit -> fit);
            case VAHADANE -> Vahadane.fit(rgb).map(fit -> fit);
            case REINHARD -> ColorProfile.of(rgb).map(fit -> fit);
        };
    }

    /** What tiles are normalized to where no target is named. */
    public StainFit reference() {
        return this == REINHARD ? ColorProfile.REFERENCE : StainProfile.reference(this);
    }

    /** The name as users write it. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
