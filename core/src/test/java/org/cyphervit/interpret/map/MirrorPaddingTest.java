package org.cyphervit.interpret.map;

import static org.assertj.core.api.Assertions.assertThat;

import org.cyphervit.image.RgbImage;
import org.junit.jupiter.api.Test;

class MirrorPaddingTest {
    @Test
    void beyondACutEdgeTheTissueGoesOnMirroredAndNoGlassIsSeen() {
        RgbImage image = RgbImage.blank(8, 6);
        for (int y = 2; y < 6; y++) { // the slide: columns 0 to 4, rows 2 and below
            for (int x = 0; x < 5; x++) {
                image.rgb()[3 * (y * 8 + x)] = (byte) (10 * y + x);
            }
        }
        MirrorPadding.beyond(image, -3, 2, 8, 40);
        for (int y = 0; y < 6; y++) {
            for (int x = 0; x < 8; x++) {
                int row = y < 2 ? 3 - y : y;
                int column = x < 5 ? x : 9 - x;
                assertThat(image.at(x, y, 0)).as(x + ", " + y).isEqualTo(10 * row + column);
            }
        }
    }
}
