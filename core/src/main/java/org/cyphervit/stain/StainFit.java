package org.cyphervit.stain;

import java.util.Map;
import tools.jackson.databind.ObjectMapper;

/** What a method measured on some tissue: the source or the target of a normalization. */
public sealed interface StainFit permits StainProfile, ColorProfile {
    /** The method that measured it. */
    StainMethod method();

    /**
     * Gives an image with these stains those of the target, in place.
     *
     * @param rgb interleaved RGB
     * @param target a fit of the same method
     * @throws org.cyphervit.UserError if the target comes from another method
     */
    void recolor(byte[] rgb, StainFit target);

    /** The measured numbers by name, as they stand in a file. */
    Map<String, Object> numbers();

    /** A text that {@link StainFiles#read} reads back to an equal fit. */
    default String toJson() {
        return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(StainFiles.tree(this)) + "\n";
    }
}
