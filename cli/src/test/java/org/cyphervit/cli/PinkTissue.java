package org.cyphervit.cli;

import java.util.Random;
import org.cyphervit.image.RgbImage;

/** A picture that counts as tissue everywhere: pink squares of three shades with some grain. */
final class PinkTissue {
    private PinkTissue() {}

    static RgbImage of(int width, int height) {
        RgbImage image = RgbImage.blank(width, height);
        Random random = new Random(4);
        for (int i = 0; i < width * height; i++) {
            int shade = (i % width / 40 + i / width / 40) % 3 * 15 + random.nextInt(8);
            image.rgb()[3 * i] = (byte) (190 + shade);
            image.rgb()[3 * i + 1] = (byte) (110 + shade);
            image.rgb()[3 * i + 2] = (byte) (160 + shade);
        }
        return image;
    }
}
