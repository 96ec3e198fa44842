package org.cyphervit.export.slide;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelPolygonTest {
    @Test
    void aFrameHasAHoleAndWhatLiesInItAPolygonOfItsOwn() {
        byte[] labels = {
            0, 0, 0, 0,
            0, 1, -1, 0,
            0, 0, 0, 0
        };
        List<LabelPolygon> polygons = LabelPolygon.trace(labels, 4, 3);
        assertThat(polygons).hasSize(2);
        assertThat(polygons.getFirst().rings()).hasSize(2);
        assertThat(polygons.getFirst().area()).isEqualTo(10);
        assertThat(polygons.getFirst().rings().getFirst()).containsExactly(4, 0, 4, 3, 0, 3, 0, 0);
        assertThat(polygons.getLast().label()).isEqualTo(1);
        assertThat(polygons.getLast().area()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void polygonsFillTheMapExactlyAndNoRingTouchesItself(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int width = 23;
        int height = 17;
        byte[] labels = new byte[width * height];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (byte) (random.nextInt((int) seed + 1) - 1);
        }
        byte[] filled = new byte[labels.length];
        Arrays.fill(filled, (byte) -1);
        for (LabelPolygon polygon : LabelPolygon.trace(labels, width, height)) {
            for (int[] ring : polygon.rings()) {
                Set<Long> corners = new HashSet<>();
                for (int i = 0; i < ring.length; i += 2) {
                    assertThat(corners.add((long) ring[i] << 32 | ring[i + 1]))
                            .as("corner met once")
                            .isTrue();
                }
            }
            long inside = 0;
            for (int i = 0; i < labels.length; i++) {
                int x = i % width;
                int y = i / width;
                if (contains(polygon, x + 0.5, y + 0.5)) {
                    assertThat(filled[i]).as("pixels lie in one polygon").isEqualTo((byte) -1);
                    filled[i] = (byte) polygon.label();
                    inside++;
                }
            }
            assertThat(polygon.area()).isEqualTo(inside);
        }
        assertThat(filled).isEqualTo(labels);
    }

    // Even-odd rule over all rings.
    private static boolean contains(LabelPolygon polygon, double x, double y) {
        boolean inside = false;
        for (int[] ring : polygon.rings()) {
            for (int i = 0; i < ring.length; i += 2) {
                int j = (i + 2) % ring.length;
                boolean crosses = ring[i + 1] > y != ring[j + 1] > y;
                inside ^= crosses && ring[i] > x; // edges are upright or level
            }
        }
        return inside;
    }
}
