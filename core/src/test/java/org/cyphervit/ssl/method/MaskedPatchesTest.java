package org.cyphervit.ssl.method;

import static org.assertj.core.api.Assertions.assertThat;

import org.cyphervit.TestDevice;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;

class MaskedPatchesTest {
    // The first image hides two of four, the second none, the third one.
    private static final boolean[][] MASKS = {{false, true, true, false}, new boolean[4], {true, false, false, false}};

    @Test
    void rowsThatFillUpHaveNoWeight() {
        try (Scope scope = Scope.open()) {
            MaskedPatches hidden = MaskedPatches.of(MASKS, 4, TestDevice.get());
            assertThat(hidden.count()).isEqualTo(3);
            assertThat(Tensors.longs(hidden.chosen())).containsExactly(1, 2, 8, 0);
            assertThat(Tensors.floats(hidden.weights())).containsExactly(1 / 6f, 1 / 6f, 1 / 3f, 0);
            assertThat(Tensors.floats(hidden.counted())).containsExactly(1, 1, 1, 0);
        }
    }

    @Test
    void noneIsFilledUpWhereTheNumberFitsOrNothingIsHidden() {
        try (Scope scope = Scope.open()) {
            assertThat(MaskedPatches.of(MASKS, 3, TestDevice.get()).chosen().size(0))
                    .isEqualTo(3);
            assertThat(MaskedPatches.of(new boolean[2][4], 64, TestDevice.get())
                            .chosen()
                            .size(0))
                    .isZero();
        }
    }
}
