package org.cyphervit.slide.quality;

/** What spoils tissue, as seen from far. Blur is seen tile by tile. */
public enum Artefact {
    RED_PEN("red pen", 0xd81e2c),
    GREEN_PEN("green pen", 0x1e9e3c),
    BLUE_PEN("blue pen", 0x1e50d2),
    BLACK_PEN("black pen", 0x202020),
    FOLD("folds", 0x8a2be2),
    BUBBLE("bubbles", 0x00a5b5);

    private final String words;
    private final int color;

    Artefact(String words, int color) {
        this.words = words;
        this.color = color;
    }

    /** For people. */
    public String words() {
        return words;
    }

    /** Red, green and blue in which it is drawn. */
    public int color() {
        return color;
    }

    boolean isPen() {
        return ordinal() <= BLACK_PEN.ordinal();
    }
}
