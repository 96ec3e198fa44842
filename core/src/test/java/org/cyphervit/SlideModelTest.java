package org.cyphervit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Device;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.Phenotype;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.mil.aggregator.AggregatorKind;
import org.cyphervit.mil.aggregator.AggregatorOptions;
import org.cyphervit.mil.bag.SlideTask;
import org.cyphervit.mil.fit.SlideNet;
import org.cyphervit.mil.fit.TrainedAggregator;
import org.cyphervit.nn.Init;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideReader;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a slide's file to what is said of it, as the features and the aggregator by themselves say it. */
class SlideModelTest {
    private static final int SIDE = 32;

    @TempDir
    private Path folder;

    @Test
    void aSlideIsTiledEmbeddedAndPooled() throws Exception {
        model("model", 24, 4);
        Path png = folder.resolve("slide.png");
        RgbImage tissue = onGlass(
                GeneratedTissue.field(8 * SIDE, List.of(Phenotype.MUSCLE), 1).image());
        ImageFiles.writePng(png, tissue);
        try (SlideModel model = SlideModel.load(folder.resolve("model"));
                Slide slide = Slide.open(png, SlideReader.AUTO, OptionalDouble.of(4));
                Encoder encoder = Encoder.load(folder.resolve("model").resolve(EncoderFile.NAME));
                TrainedAggregator aggregator = TrainedAggregator.read(folder.resolve("model"), new Device("cpu"))) {
            SlideModel.Answer answer = model.predict(slide);
            int tiles = answer.corners().length / 2;
            assertThat(tiles).isPositive();
            assertThat(answer.side()).isEqualTo(SIDE);
            assertThat(answer.attention()).hasSize(tiles);
            assertThat(Arrays.stream(answer.outputs()).sum()).isCloseTo(1, within(1e-6));
            assertThat(model.classes()).contains(answer.verdict());
            float[] features = new float[tiles * 24];
            for (int t = 0; t < tiles; t++) {
                int x = (int) answer.corners()[2 * t];
                int y = (int) answer.corners()[2 * t + 1];
                System.arraycopy(encoder.embed(cut(tissue, x, y)), 0, features, t * 24, 24);
            }
            try (Scope scope = Scope.open()) {
                assertThat(answer.outputs())
                        .containsExactly(
                                aggregator
                                        .predict(Tensors.of(features, tiles, 24))
                                        .outputs(),
                                within(1e-5));
            }
        }
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        model("bare", 24, 0);
        assertThatThrownBy(() -> SlideModel.load(folder.resolve("bare")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("without its encoder");
        model("narrow", 12, 1);
        assertThatThrownBy(() -> SlideModel.load(folder.resolve("narrow")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("gives 24 numbers a tile; the aggregator takes 12");
        model("good", 24, 1);
        Path glass = folder.resolve("glass.png");
        byte[] white = new byte[3 * 128 * 128];
        Arrays.fill(white, (byte) 245);
        ImageFiles.writePng(glass, new RgbImage(128, 128, white));
        try (SlideModel model = SlideModel.load(folder.resolve("good"));
                Slide slide = Slide.open(glass, SlideReader.AUTO, OptionalDouble.of(1))) {
            assertThatThrownBy(() -> model.predict(slide))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("no tile of 32 pixels");
        }
    }

    private void model(String name, int width, double tileMpp) throws Exception {
        Path place = folder.resolve(name);
        try (Backbone backbone = VitConfig.of(24, 1, 2, 8, SIDE).build(1, new Device("cpu"))) {
            EncoderFile.write(place.resolve(EncoderFile.NAME), backbone, Map.of());
        }
        AggregatorOptions options = AggregatorOptions.standard();
        SlideNet net = new SlideNet(AggregatorKind.ABMIL, width, 2, options, new Init(3, new Device("cpu")));
        TrainedAggregator.Config config = new TrainedAggregator.Config(
                1, AggregatorKind.ABMIL, options, SlideTask.CLASSES, List.of("a", "b"), width, "", 0, tileMpp);
        try (TrainedAggregator trained = new TrainedAggregator(net, config)) {
            trained.write(place.resolve(TrainedAggregator.NAME), Map.of());
        }
    }

    // The mask is found by what parts tissue from glass.
    private static RgbImage onGlass(RgbImage tissue) {
        int side = 2 * tissue.width();
        byte[] rgb = new byte[3 * side * side];
        Arrays.fill(rgb, (byte) 245);
        for (int row = 0; row < tissue.height(); row++) {
            System.arraycopy(tissue.rgb(), 3 * row * tissue.width(), rgb, 3 * row * side, 3 * tissue.width());
        }
        return new RgbImage(side, side, rgb);
    }

    private static RgbImage cut(RgbImage image, int x, int y) {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        for (int row = 0; row < SIDE; row++) {
            System.arraycopy(image.rgb(), 3 * ((y + row) * image.width() + x), rgb, 3 * SIDE * row, 3 * SIDE);
        }
        return new RgbImage(SIDE, SIDE, rgb);
    }
}
