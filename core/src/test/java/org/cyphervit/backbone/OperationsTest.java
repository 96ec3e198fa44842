package org.cyphervit.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class OperationsTest {
    /** Touvron 2021 (DeiT), table 5, and timm give multiply-adds: 1.26, 4.61 and 17.58 billion at 224 px. */
    @Test
    void theViTsOfThePapers() {
        assertThat(Backbones.preset("vit_tiny").config(16, 224, 0).operations(224))
                .isCloseTo(2 * 1.26e9, within(0.03e9));
        assertThat(Backbones.preset("vit_small").config(16, 224, 0).operations(224))
                .isCloseTo(2 * 4.61e9, within(0.03e9));
        assertThat(Backbones.preset("vit_base").config(16, 224, 0).operations(224))
                .isCloseTo(2 * 17.58e9, within(0.06e9));
    }

    @Test
    void forTheClassTokenAloneTheLastOfTwelveBlocksDoesAFifthOfItsWork() {
        double whole = Backbones.preset("vit_small").config(16, 224, 0).operations(224);
        double pooled = Backbones.preset("vit_small").config(16, 224, 0).pooledOperations(224);
        assertThat(1 - pooled / whole).isCloseTo(0.82 / 12, within(0.003)); // 20 of 24 parts, all of the attention
        var cypher = Backbones.preset("cyphervit_small").config(16, 224, 0);
        assertThat(cypher.pooledOperations(224)).isEqualTo(cypher.operations(224));
    }

    @Test
    void clusteringSavesWorkInLaterStages() {
        double vit = Backbones.preset("vit_small").config(16, 224, 0).operations(224);
        double cypher = Backbones.preset("cyphervit_small").config(16, 224, 0).operations(224);
        assertThat(cypher).isBetween(0.5 * vit, vit);
    }
}
