package org.cyphervit.augment.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EpochOrderTest {
    @Test
    void anEpochIsPermutedOnceAndEachInItsOwnWay() {
        EpochOrder orders = new EpochOrder(100, 7);
        int[] first = orders.of(3);
        assertThat(first).containsExactlyInAnyOrder(IntStream.range(0, 100).toArray());
        assertThat(orders.of(3)).isSameAs(first);
        assertThat(orders.of(4)).isNotEqualTo(first);
        assertThat(orders.of(3)).as("a slower thread still asks").isSameAs(first);
    }

    @Test
    void anEpochLongPastIsLetGoAndDrawnAgainAlike() {
        EpochOrder orders = new EpochOrder(100, 7);
        int[] first = orders.of(0);
        orders.of(2);
        assertThat(orders.of(0)).isNotSameAs(first).isEqualTo(first);
        assertThat(new EpochOrder(100, 8).of(0)).as("another seed").isNotEqualTo(first);
    }
}
