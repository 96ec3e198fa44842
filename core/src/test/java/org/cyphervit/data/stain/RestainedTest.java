package org.cyphervit.data.stain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.IntStream;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.stain.StainFit;
import org.cyphervit.stain.StainMethod;
import org.junit.jupiter.api.Test;

class RestainedTest {
    private static final GeneratedTissue TISSUE = new GeneratedTissue(12, 6, 48, 3);

    @Test
    void tilesTakeTheOtherCentresStain() throws IOException {
        StainFit own = fit(TISSUE);
        StainFit target = fit(new ColorNeutral(TISSUE, ColorNeutral.Kind.RESTAIN, 1));
        TileSource restained = new Restained(TISSUE, own, target);
        double[] before = mean(TISSUE.read(0).rgb());
        double[] after = mean(restained.read(0).rgb());
        assertThat(IntStream.range(0, 3)
                        .mapToDouble(c -> Math.abs(after[c] - before[c]))
                        .max()
                        .orElseThrow())
                .isGreaterThan(1);
        assertThat(restained.size()).isEqualTo(TISSUE.size());
        assertThat(restained.label(0)).isEqualTo(TISSUE.label(0));
    }

    @Test
    void whoseStainItIsIsPartOfTheFingerprint() {
        StainFit own = fit(TISSUE);
        StainFit first = fit(new ColorNeutral(TISSUE, ColorNeutral.Kind.RESTAIN, 1));
        StainFit second = fit(new ColorNeutral(TISSUE, ColorNeutral.Kind.RESTAIN, 2));
        String restained = new Restained(TISSUE, own, first).fingerprint();
        assertThat(restained).isEqualTo(new Restained(TISSUE, own, first).fingerprint());
        assertThat(restained)
                .isNotEqualTo(TISSUE.fingerprint())
                .isNotEqualTo(new Restained(TISSUE, own, second).fingerprint());
    }

    private static StainFit fit(TileSource tiles) {
        return StainNormalizedTiles.measure(
                        tiles, IntStream.range(0, tiles.size()).boxed().toList(), StainMethod.REINHARD)
                .orElseThrow();
    }

    private static double[] mean(byte[] rgb) {
        double[] mean = new double[3];
        for (int i = 0; i < rgb.length; i++) {
            mean[i % 3] += 3.0 * (rgb[i] & 0xff) / rgb.length;
        }
        return mean;
    }
}
