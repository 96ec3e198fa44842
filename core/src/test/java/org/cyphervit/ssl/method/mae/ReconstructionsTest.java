package org.cyphervit.ssl.method.mae;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.Tensor;
import org.cyphervit.TestDevice;
import org.cyphervit.augment.Normalization;
import org.cyphervit.image.RgbImage;
import org.cyphervit.ssl.loss.ReconstructionLoss;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;

class ReconstructionsTest {
    @Test
    void aRowHasTheImageWhatIsSeenAndWhatIsPainted() {
        int side = 16;
        byte[] rgb = new byte[3 * side * side];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i * 7 % 251);
        }
        try (Scope scope = Scope.open()) {
            Tensor truth = ReconstructionLoss.patches(Normalization.IMAGENET.images(rgb, 1, side, TestDevice.get()), 8);
            Tensor hidden = Tensors.onto(Tensors.of(new float[] {0, 1, 0, 0}, 1, 4), TestDevice.get());
            RgbImage sheet = Reconstructions.sheet(truth, truth.neg(), hidden, 8, Normalization.IMAGENET);
            int cell = side * 9; // enlarged to 144 pixels
            assertThat(sheet.width()).isEqualTo(3 * cell + 4 * 6);
            assertThat(sheet.height()).isEqualTo(cell + 2 * 6);
            for (int channel = 0; channel < 3; channel++) {
                int shown = rgb[3 * (3 * side + 2) + channel] & 0xff;
                int covered = rgb[3 * (3 * side + 12) + channel] & 0xff;
                int mean = Math.round(255 * Normalization.IMAGENET.mean().get(channel));
                for (int column = 0; column < 3; column++) {
                    assertThat(at(sheet, column, 2, 3, channel)).isEqualTo(shown);
                }
                assertThat(at(sheet, 0, 12, 3, channel)).isEqualTo(covered);
                assertThat(at(sheet, 1, 12, 3, channel)).isEqualTo(mean);
                assertThat(at(sheet, 2, 12, 3, channel)).isBetween(2 * mean - covered - 1, 2 * mean - covered + 1);
            }
        }
    }

    private static int at(RgbImage sheet, int column, int x, int y, int channel) {
        return sheet.at(6 + column * (144 + 6) + 9 * x + 4, 6 + 9 * y + 4, channel);
    }
}
