package org.cyphervit.slide;

/** Who reads a slide. */
public enum SlideReader {
    /** Java where it can, else OpenSlide. */
    AUTO,
    /** TIFF, SVS with JPEG tiles, PNG, JPEG; needs nothing installed. */
    JAVA,
    /** The library OpenSlide. */
    OPENSLIDE
}
