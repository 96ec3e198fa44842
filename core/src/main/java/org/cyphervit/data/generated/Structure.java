package org.cyphervit.data.generated;

/** What a pixel of generated tissue shows. */
public enum Structure {
    /** Glass without tissue, and the lumen of fat cells. */
    EMPTY,
    NUCLEUS,
    CYTOPLASM,
    FIBRE,
    /** The hollow of a gland. */
    LUMEN,
    MUCUS,
    DEBRIS
}
