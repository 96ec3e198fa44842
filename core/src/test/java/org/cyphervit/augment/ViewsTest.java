package org.cyphervit.augment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.cyphervit.image.RgbImage;
import org.junit.jupiter.api.Test;

class ViewsTest {
    private static final ViewSpec.Color ALL = new ViewSpec.Color(1, 0.3, 1, 0.3, 0.3, 0.2, 0.1, 0.3, 1, 0.5);
    private static final ViewSpec SPEC = new ViewSpec("all", 1, 64, 0.1, 1, new ViewSpec.Flips(0.5, 0.5), true, ALL);

    private static final int[] PINNED = {
        192, 175, 216, 123, 182, 114, 124, 97, 86, 39, 81, 8, 192, 124, 227, 236, 115, 229, 171, 99, 130, 80, 107, 111
    };

    // Where the order of draws changes, views of old seeds are lost and runs no longer go on exactly.
    @Test
    void aSeedGivesTheSameViewsAsEver() {
        SplittableRandom random = new SplittableRandom(11);
        int[] got = new int[24];
        for (int v = 0; v < 4; v++) {
            RgbImage view = Views.draw(gradient(100, 80), SPEC, random);
            for (int i = 0; i < 6; i++) {
                got[6 * v + i] = view.at(9 + 9 * i, 50 - 7 * i, i % 3);
            }
        }
        for (int i = 0; i < got.length; i++) {
            assertThat(got[i]).as("value %d", i).isBetween(PINNED[i] - 2, PINNED[i] + 2); // OpenCV rounds by processor
        }
        assertThat(random.nextInt(1000)).isEqualTo(765);
    }

    @Test
    void blackStaysDarkWhereTheStainIsStrengthened() {
        ViewSpec.Color stain = new ViewSpec.Color(1, 0.3, 0, 0, 0, 0, 0, 0, 0, 0);
        ViewSpec spec = new ViewSpec("stain", 1, 8, 1, 1, new ViewSpec.Flips(0, 0), false, stain);
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 50; i++) {
            RgbImage view = Views.draw(RgbImage.blank(8, 8), spec, random);
            assertThat(Math.max(view.at(0, 0, 0), Math.max(view.at(0, 0, 1), view.at(0, 0, 2))))
                    .as("view %d", i)
                    .isLessThan(32);
        }
    }

    private static RgbImage gradient(int width, int height) {
        RgbImage image = RgbImage.blank(width, height);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    double wave = Math.sin(0.11 * x * (c + 1) + 0.07 * y) + Math.cos(0.05 * x - 0.13 * y * (3 - c));
                    image.rgb()[3 * (y * width + x) + c] = (byte) Math.round(150 + 45 * wave);
                }
            }
        }
        return image;
    }
}
