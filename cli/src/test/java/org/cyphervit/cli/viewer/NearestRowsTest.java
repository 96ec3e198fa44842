package org.cyphervit.cli.viewer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.cyphervit.embed.FeatureMatrix;
import org.junit.jupiter.api.Test;

class NearestRowsTest {
    private static final int D = 7;
    private static final int N = 40_003; // three chunks, and no multiple of the rows that are taken together

    @Test
    void theyAreThoseThatASortOfAllFinds() {
        SplittableRandom random = new SplittableRandom(3);
        float[] values = new float[N * D];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextDouble() - 0.5);
        }
        System.arraycopy(values, 5 * D, values, 39_000 * D, D); // the same twice
        FeatureMatrix features = NearestRows.unit(new FeatureMatrix(values, D));
        float[] wanted = features.select(new int[] {9}).values();
        List<Integer> rows = new ArrayList<>();
        double[] cosines = new double[N];
        for (int i = 0; i < N; i++) {
            for (int d = 0; d < D; d++) {
                cosines[i] += (double) wanted[d] * features.values()[i * D + d];
            }
            if (i != 9) {
                rows.add(i);
            }
        }
        rows.sort(Comparator.comparingDouble(i -> -cosines[i]));
        List<NearestRows.Hit> hits = NearestRows.of(features, wanted, 9, 50);
        assertThat(hits).extracting(NearestRows.Hit::row).containsExactlyElementsOf(rows.subList(0, 50));
        for (NearestRows.Hit hit : hits) {
            assertThat((double) hit.similarity()).isCloseTo(cosines[hit.row()], within(1e-6));
        }
        assertThat(NearestRows.of(features, features.select(new int[] {5}).values(), -1, 2))
                .extracting(NearestRows.Hit::row)
                .as("of equals the first")
                .containsExactly(5, 39_000);
        assertThat(NearestRows.of(features, wanted, -1, N + 7)).hasSize(N);
    }
}
