package org.cyphervit.slide;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a slide's file says of itself beside its pixels; empty where it says nothing.
 *
 * @param format such as {@code Aperio SVS} or {@code DICOM}
 * @param objective magnification of the lens; not a scale, which is microns per pixel
 * @param scanner maker, model or serial number
 * @param stain such as {@code hematoxylin stain}
 */
public record SlideFacts(String format, OptionalDouble objective, Optional<String> scanner, Optional<String> stain) {
    /** A format that says no more. */
    public static SlideFacts of(String format) {
        return new SlideFacts(format, OptionalDouble.empty(), Optional.empty(), Optional.empty());
    }
}
