package org.cyphervit.embed;

import static org.assertj.core.api.Assertions.assertThat;

import org.cyphervit.backbone.vit.VitConfig;
import org.junit.jupiter.api.Test;

class EmbeddingBatchTest {
    private static final VitConfig LARGE = VitConfig.of(1024, 24, 16, 16, 224);

    @Test
    void aLargeModelTakesFewImagesAndASmallOneMany() {
        long halfOfItsWeights = 2L * 304_000_000;
        assertThat(EmbeddingBatch.of(LARGE, 224, halfOfItsWeights)).isBetween(24, 48);
        assertThat(EmbeddingBatch.of(LARGE, 896, halfOfItsWeights)).isBetween(1, 3);
        assertThat(EmbeddingBatch.of(LARGE, 224, 1)).isOne();
        assertThat(EmbeddingBatch.of(VitConfig.of(192, 12, 3, 16, 224), 224, 256L << 20))
                .isEqualTo(EmbeddingBatch.MOST);
    }
}
