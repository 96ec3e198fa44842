package org.cyphervit.slide;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a slide's file says of itself beside its pixels; empty where it says nothing.
 *
 * @param format such as {@code Aperio SVS} or {@code DICOM}, with the plane that is read where there are several
 * @param objective magnification of the lens; not a scale, which is microns per pixel
 * @param scanner maker, model or serial number
 * @param stain such as {@code hematoxylin stain}
 * @param planes how many there are to choose from along z (focus), c (channel) and t (time), where there are several
 */
public record SlideFacts(
        String format,
        OptionalDouble objective,
        Optional<String> scanner,
        Optional<String> stain,
        Map<String, Integer> planes) {
    public SlideFacts {
        planes = Map.copyOf(planes);
    }

    /** Of a slide whose plane cannot be chosen. */
    public SlideFacts(String format, OptionalDouble objective, Optional<String> scanner, Optional<String> stain) {
        this(format, objective, scanner, stain, Map.of());
    }

    /** A format that says no more. */
    public static SlideFacts of(String format) {
        return new SlideFacts(format, OptionalDouble.empty(), Optional.empty(), Optional.empty());
    }
}
