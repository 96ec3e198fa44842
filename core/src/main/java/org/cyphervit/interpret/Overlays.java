package org.cyphervit.interpret;

import java.awt.Color;
import org.cyphervit.image.RgbImage;

/** Maps drawn over the tissue they belong to. */
public final class Overlays {
    private Overlays() {}

    /**
     * One token's map: the tissue in grey, coloured where the token holds much of it. All tokens of an image share one
     * scale, so that a token that holds nothing stays dark.
     *
     * @param token which
     */
    public static RgbImage token(PhenotypeMaps maps, int token) {
        float[] shares = maps.shares().get(token);
        float top = 1e-6f;
        for (float[] map : maps.shares()) {
            for (float share : map) {
                top = Math.max(top, share);
            }
        }
        byte[] tissue = maps.image().rgb();
        byte[] rgb = new byte[tissue.length];
        for (int i = 0; i < shares.length; i++) {
            double value = shares[i] / top;
            double alpha = 0.15 + 0.55 * value;
            double grey = grey(tissue, 3 * i);
            int[] color = Palette.scale(value);
            for (int c = 0; c < 3; c++) {
                rgb[3 * i + c] = (byte) Math.round((1 - alpha) * grey + alpha * color[c]);
            }
        }
        return new RgbImage(maps.image().width(), maps.image().height(), rgb);
    }

    /** The arg-max segmentation: each token's colour over the tissue, with the borders drawn. */
    public static RgbImage segmentation(PhenotypeMaps maps) {
        byte[] labels = maps.segmentation();
        int width = maps.image().width();
        byte[] tissue = maps.image().rgb();
        byte[] rgb = new byte[tissue.length];
        for (int i = 0; i < labels.length; i++) {
            Color color = Palette.token(labels[i]);
            boolean border =
                    (i % width > 0 && labels[i - 1] != labels[i]) || (i >= width && labels[i - width] != labels[i]);
            double alpha = border ? 1 : 0.42;
            int[] channels = {color.getRed(), color.getGreen(), color.getBlue()};
            double grey = grey(tissue, 3 * i);
            for (int c = 0; c < 3; c++) {
                double below = 0.5 * grey + 0.5 * (tissue[3 * i + c] & 0xff);
                rgb[3 * i + c] =
                        (byte) Math.round(border ? channels[c] * 0.5 : (1 - alpha) * below + alpha * channels[c]);
            }
        }
        return new RgbImage(width, maps.image().height(), rgb);
    }

    private static double grey(byte[] rgb, int i) {
        return 0.299 * (rgb[i] & 0xff) + 0.587 * (rgb[i + 1] & 0xff) + 0.114 * (rgb[i + 2] & 0xff);
    }
}
