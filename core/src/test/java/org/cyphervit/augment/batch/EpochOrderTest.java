package org.cyphervit.augment.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.cyphervit.data.ConcatenatedTiles;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.generated.GeneratedTissue;
import org.junit.jupiter.api.Test;

class EpochOrderTest {
    private static final int BATCH = 4;
    private static final TileSource ONE = new GeneratedTissue(3, 1, 32, 1);
    private static final TileSource OTHER = new GeneratedTissue(5, 1, 32, 2);

    private final TileSource both = ConcatenatedTiles.of(List.of(ONE, OTHER));

    @Test
    void anEpochHasEveryTileOnceHoweverBatchesAreMade() {
        for (boolean tiles : new boolean[] {false, true}) {
            EpochOrder order = new EpochOrder(both, tiles, BATCH, 7);
            for (int epoch = 0; epoch < 3; epoch++) {
                assertThat(Arrays.stream(order.of(epoch)).sorted())
                        .containsExactlyElementsOf(
                                IntStream.range(0, both.size()).boxed().toList());
            }
            assertThat(order.of(1)).isNotEqualTo(order.of(2));
            assertThat(new EpochOrder(both, tiles, BATCH, 7).of(2)).isEqualTo(order.of(2));
            assertThat(new EpochOrder(both, tiles, BATCH, 8).of(2)).isNotEqualTo(order.of(2));
        }
    }

    @Test
    void anEpochIsDrawnOnceAndLetGoWhenItIsLongPast() {
        EpochOrder order = new EpochOrder(both, false, BATCH, 7);
        int[] third = order.of(3);
        assertThat(order.of(4)).isNotEqualTo(third);
        assertThat(order.of(3)).as("a slower thread still asks").isSameAs(third);
        order.of(5);
        assertThat(order.of(3)).isNotSameAs(third).isEqualTo(third);
    }

    @Test
    void batchesOfOneSetAreMixedOnlyOfWhatIsLeftOver() {
        int left = ONE.size() % BATCH + OTHER.size() % BATCH;
        assertThat(left).isPositive();
        int[] order = new EpochOrder(both, true, BATCH, 7).of(0);
        long pure = IntStream.range(0, both.size() / BATCH)
                .filter(b -> sets(order, b) == 1)
                .count();
        assertThat(pure).isGreaterThanOrEqualTo(ONE.size() / BATCH + OTHER.size() / BATCH);
        int[] mixed = new EpochOrder(both, false, BATCH, 7).of(0);
        assertThat(IntStream.range(0, both.size() / BATCH).filter(b -> sets(mixed, b) == 1))
                .as("batches that chance alone makes of one set")
                .hasSizeLessThan((int) pure);
    }

    private long sets(int[] order, int batch) {
        return Arrays.stream(order, batch * BATCH, (batch + 1) * BATCH)
                .map(both::set)
                .distinct()
                .count();
    }
}
