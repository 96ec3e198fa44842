package org.cyphervit.interpret;

import java.awt.Color;
import java.util.List;

/** Colours that stay apart for colour-blind readers (Okabe and Ito 2008), and a scale from dark to bright. */
public final class Palette {
    private static final List<Color> TOKENS = List.of(
            new Color(0xE69F00),
            new Color(0x0072B2),
            new Color(0x009E73),
            new Color(0xCC79A7),
            new Color(0xF0E442),
            new Color(0x56B4E9),
            new Color(0xD55E00),
            new Color(0x444444));

    // Five points of a perceptually even scale, dark violet to yellow.
    private static final int[][] SCALE = {{13, 8, 80}, {126, 3, 168}, {204, 71, 120}, {248, 149, 64}, {240, 249, 33}};

    private Palette() {}

    /** The colour of a token or class; they repeat after eight. */
    public static Color token(int k) {
        return TOKENS.get(k % TOKENS.size());
    }

    /** A colour as pages write it, such as {@code #0072b2}. */
    public static String hex(Color color) {
        return String.format("#%06x", color.getRGB() & 0xffffff);
    }

    /** The colour of a value in [0, 1]. */
    static int[] scale(double value) {
        double position = Math.clamp(value, 0, 1) * (SCALE.length - 1);
        int i = Math.min((int) position, SCALE.length - 2);
        double t = position - i;
        int[] rgb = new int[3];
        for (int c = 0; c < 3; c++) {
            rgb[c] = (int) Math.round(SCALE[i][c] + t * (SCALE[i + 1][c] - SCALE[i][c]));
        }
        return rgb;
    }
}
