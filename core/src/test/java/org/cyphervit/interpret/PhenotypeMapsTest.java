package org.cyphervit.interpret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.bytedeco.pytorch.Device;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.Presets;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.Phenotype;
import org.cyphervit.image.RgbImage;
import org.junit.jupiter.api.Test;

class PhenotypeMapsTest {
    private final RgbImage image = GeneratedTissue.field(90, List.of(Phenotype.MUSCLE, Phenotype.ADIPOSE), 4)
            .image();

    @Test
    void sharesOfAPixelSumToOneForBothBackbonesAndAnyShift() {
        for (String preset : List.of("cyphervit_nano", "vit_nano")) {
            try (Backbone backbone = Presets.named(preset).config(8, 48, 0).build(1, new Device("cpu"))) {
                for (int shifts : new int[] {1, 3}) {
                    PhenotypeMaps maps = PhenotypeMaps.of(backbone, image, shifts, new Device("cpu"));
                    assertThat(maps.tokens()).isEqualTo(preset.startsWith("vit") ? 3 : 4);
                    for (int i = 0; i < 90 * 90; i += 17) {
                        int pixel = i;
                        double sum = maps.shares().stream()
                                .mapToDouble(map -> map[pixel])
                                .sum();
                        assertThat(sum).isCloseTo(1, within(1e-4));
                    }
                }
            }
        }
    }

    @Test
    void segmentationAndAreasFollowTheShares() {
        RgbImage two = new RgbImage(2, 1, new byte[6]);
        PhenotypeMaps maps = new PhenotypeMaps(two, List.of(new float[] {0.9f, 0.2f}, new float[] {0.1f, 0.8f}));
        assertThat(maps.segmentation()).containsExactly(0, 1);
        assertThat(maps.areas()[0]).isCloseTo(0.55, within(1e-6));
        RgbImage sheet =
                ContactSheet.draw(ContactSheet.titles(2, "token"), List.of(ContactSheet.row("a", maps)), 64, 2);
        assertThat(sheet.width()).isGreaterThan(4 * 64);
        assertThat(Overlays.segmentation(maps).rgb()).hasSize(6);
    }
}
