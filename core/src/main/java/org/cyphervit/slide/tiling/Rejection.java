package org.cyphervit.slide.tiling;

/** Why a tile is not kept. */
public enum Rejection {
    GLASS("too little tissue"),
    PEN("pen"),
    DARK("black"),
    FOLD("folds"),
    BUBBLE("air bubbles"),
    BLUR("out of focus"),
    BLANK("no structure"),
    UNREADABLE("unreadable");

    private final String words;

    Rejection(String words) {
        this.words = words;
    }

    /** For tables: the name in lower case. */
    public String key() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** For people. */
    public String words() {
        return words;
    }
}
