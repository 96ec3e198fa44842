package org.cyphervit.ssl.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.pytorch.Tensor;
import org.cyphervit.TestDevice;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;

class ReconstructionLossTest {
    private static final int N = 4;
    private static final int PIXELS = 12; // two by two of three colours
    private static final double[] MASKED = {1, 0, 1, 1, 0, 0, 1, 0}; // of two images

    private final double[][] pixels = Definition.random(1, 2 * N, PIXELS);

    @Test
    void isTheMeanSquaredErrorOfMaskedPatchesWithTheirOwnMeanAndDeviationTakenOut() {
        try (Scope scope = Scope.open()) {
            Tensor targets =
                    ReconstructionLoss.normalised(Definition.tensor(pixels).reshape(2, N, PIXELS));
            Tensor masked = Definition.tensor(new double[][] {MASKED}).reshape(2, N);
            Definition.check(
                    Definition.random(2, 2 * N, PIXELS),
                    this::definition,
                    predicted -> ReconstructionLoss.value(predicted.reshape(2, N, PIXELS), targets, masked));
        }
    }

    // He 2021, section 3, "Reconstruction target".
    private double definition(double[][] predicted) {
        double sum = 0;
        double count = 0;
        for (int i = 0; i < 2 * N; i++) {
            double mean = 0;
            for (double p : pixels[i]) {
                mean += p / PIXELS;
            }
            double variance = 0;
            for (double p : pixels[i]) {
                variance += (p - mean) * (p - mean) / (PIXELS - 1);
            }
            for (int j = 0; j < PIXELS; j++) {
                double target = (pixels[i][j] - mean) / Math.sqrt(variance + 1e-6);
                sum += MASKED[i] * Math.pow(predicted[i][j] - target, 2) / PIXELS;
            }
            count += MASKED[i];
        }
        return sum / count;
    }

    @Test
    void patchesAreInTheOrderRowsColumnsColours() {
        int patch = 2;
        int side = 4;
        try (Scope scope = Scope.open()) {
            float[] image = new float[3 * side * side];
            for (int i = 0; i < image.length; i++) {
                image[i] = i; // colour, row, column
            }
            Tensor images = Tensors.onto(Tensors.of(image, 1, 3, side, side), TestDevice.get());
            float[] patches = Tensors.floats(ReconstructionLoss.patches(images, patch));
            for (int i = 0; i < patches.length; i++) {
                int n = i / PIXELS;
                int y = n / 2 * patch + i % PIXELS / 6;
                int x = n % 2 * patch + i % 6 / 3;
                assertThat((double) patches[i]).isCloseTo(i % 3 * side * side + y * side + x, within(0.0));
            }
        }
    }
}
