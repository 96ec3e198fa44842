package org.cyphervit.slide.tissue;

/** What a pixel of the mask shows. */
public enum PixelKind {
    /** Glass, or anything as pale. */
    GLASS,
    TISSUE,
    /** Green or blue ink. Red ink is not told from blood by its colour, and is left in. */
    PEN,
    /** Black: ink, the edge of the glass, what a scanner fills in. */
    DARK,
    /** The file is broken here. */
    UNREADABLE
}
