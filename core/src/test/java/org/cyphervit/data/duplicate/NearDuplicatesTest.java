package org.cyphervit.data.duplicate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point2f;
import org.bytedeco.opencv.opencv_core.Size;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.UnlabelledTiles;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.junit.jupiter.api.Test;

class NearDuplicatesTest {
    /** 40 tiles, of the first ten a copy that was turned by up to 25 degrees and enlarged, as LC25000's were. */
    @Test
    void turnedCopiesAreFoundAndLittleElse() throws Exception {
        GeneratedTissue tissue = new GeneratedTissue(20, 2, 128, 11);
        List<RgbImage> images = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            images.add(tissue.read(i));
        }
        for (int i = 0; i < 10; i++) {
            images.add(turned(images.get(i), 5 * i - 25, 1 + 0.03 * i));
        }
        List<NearDuplicates.Pair> pairs =
                NearDuplicates.of(source(images), done -> {}).pairs(NearDuplicates.LEAST);
        List<NearDuplicates.Pair> right = pairs.stream()
                .filter(pair -> pair.second() == pair.first() + 40)
                .toList();
        assertThat(right.size()).as("of ten").isGreaterThanOrEqualTo(9);
        // Painted tissue is more alike than real: under 2 % of all other pairs.
        assertThat(pairs.size() - right.size()).as("others").isLessThan(50 * 49 / 2 / 50);
    }

    @Test
    void groupsAreWhatPairsConnect() {
        List<NearDuplicates.Pair> pairs = List.of(
                new NearDuplicates.Pair(0, 4, 1), new NearDuplicates.Pair(2, 3, 1), new NearDuplicates.Pair(3, 4, 1));
        assertThat(NearDuplicates.groups(6, pairs)).containsExactly(List.of(0, 2, 3, 4));
    }

    private static RgbImage turned(RgbImage image, double degrees, double zoom) {
        try (PointerScope scope = new PointerScope()) {
            float middle = (image.width() - 1) / 2f;
            Mat turn = opencv_imgproc.getRotationMatrix2D(new Point2f(middle, middle), degrees, zoom);
            Mat out = new Mat();
            opencv_imgproc.warpAffine(ImageFiles.toMat(image), out, turn, new Size(image.width(), image.height()));
            return ImageFiles.toImage(out);
        }
    }

    private static TileSource source(List<RgbImage> images) {
        return new UnlabelledTiles() {
            @Override
            public int size() {
                return images.size();
            }

            @Override
            public String name(int index) {
                return "tile" + index;
            }

            @Override
            public RgbImage read(int index) {
                return images.get(index);
            }

            @Override
            public String fingerprint() {
                return "";
            }
        };
    }
}
