package org.cyphervit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.image.RgbImage;
import org.cyphervit.mil.fit.TrainedAggregator;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.tiling.SlidePlan;
import org.cyphervit.slide.tiling.Tile;
import org.cyphervit.slide.tiling.TilingOptions;
import org.cyphervit.slide.tissue.TissueOptions;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * An encoder and an aggregator for other Java programs: from a slide's file to what is said of it.
 *
 * <pre>{@code
 * try (SlideModel model = SlideModel.load(Path.of("models/grade"))) {
 *     SlideModel.Answer answer = model.predict(Path.of("slide.svs"));
 *     System.out.println(answer.verdict());
 * }
 * }</pre>
 */
public final class SlideModel implements AutoCloseable {
    private static final int BATCH = 64;
    private static final double LEAST_TISSUE = 0.7;

    private final Encoder encoder;
    private final TrainedAggregator aggregator;
    private final Device device;

    private SlideModel(Encoder encoder, TrainedAggregator aggregator, Device device) {
        this.encoder = encoder;
        this.aggregator = aggregator;
        this.device = device;
    }

    /**
     * What is said of a slide.
     *
     * @param verdict the likeliest class, the number, or the group of risk
     * @param outputs probabilities of the classes, a number, or a log risk
     * @param corners of the tiles that were seen, pairs x, y: upper left, level-0 pixels
     * @param side of a tile, level-0 pixels
     * @param attention how much each tile counts, summing to 1; null where the aggregator does not attend
     */
    public record Answer(String verdict, double[] outputs, long[] corners, int side, float @Nullable [] attention) {}

    /**
     * Loads what {@code slide train} with an encoder wrote, onto the CPU.
     *
     * @throws UserError if the encoder, the aggregator, or the scale of the encoder's tiles is missing
     */
    public static SlideModel load(Path folder) throws IOException {
        return load(folder, "cpu");
    }

    /** @param device {@code cpu}, {@code cuda} or {@code cuda:1} */
    public static SlideModel load(Path folder, String device) throws IOException {
        Device where = Scope.keep(Engine.device(device));
        TrainedAggregator aggregator = TrainedAggregator.read(folder, where);
        if (!(aggregator.config().tileMpp() > 0)) {
            throw new UserError("The model in '" + folder + "' was trained without its encoder, so that it can say"
                    + " something of features alone. Train it again with the encoder that made the features.");
        }
        Encoder encoder = Encoder.load(folder.resolve(EncoderFile.NAME), device);
        if (encoder.width() != aggregator.config().width()) {
            throw new UserError("The encoder in '" + folder + "' gives " + encoder.width()
                    + " numbers a tile; the aggregator takes "
                    + aggregator.config().width() + ".");
        }
        return new SlideModel(encoder, aggregator, where);
    }

    /** Class names in the order of the outputs; empty for numbers and survival. */
    public List<String> classes() {
        return aggregator.config().classes();
    }

    /**
     * What is said of a slide's file.
     *
     * @throws UserError if it cannot be opened, does not say its scale, or has no tissue
     */
    public Answer predict(Path slide) throws IOException {
        try (Slide opened = Slide.open(slide)) {
            return predict(opened);
        }
    }

    /** What is said of an open slide, such as one whose scale was given by hand. */
    public Answer predict(Slide slide) {
        TilingOptions options = new TilingOptions(
                encoder.imageSize(),
                OptionalDouble.of(aggregator.config().tileMpp()),
                0,
                LEAST_TISSUE,
                false,
                TissueOptions.standard());
        SlidePlan plan = SlidePlan.of(slide, options);
        List<Tile> tiles = plan.kept();
        if (tiles.isEmpty()) {
            throw new UserError("'" + slide.path() + "' has no tile of " + encoder.imageSize() + " pixels at "
                    + aggregator.config().tileMpp() + " microns with " + Math.round(100 * LEAST_TISSUE)
                    + " % tissue. Is its scale right (" + slide.calibration() + ")?");
        }
        float[] features = embed(plan, tiles);
        try (Scope scope = Scope.open()) {
            Tensor bag = Tensors.of(features, tiles.size(), encoder.width());
            TrainedAggregator.Prediction prediction = aggregator.predict(bag);
            long[] corners = tiles.stream()
                    .flatMapToLong(tile -> java.util.stream.LongStream.of(tile.x(), tile.y()))
                    .toArray();
            return new Answer(
                    aggregator.config().verdict(prediction.outputs()),
                    prediction.outputs(),
                    corners,
                    (int) Math.round(plan.grid().side()),
                    prediction.attention());
        }
    }

    private float[] embed(SlidePlan plan, List<Tile> tiles) {
        float[] features = new float[Math.multiplyExact(tiles.size(), encoder.width())];
        for (int first = 0; first < tiles.size(); first += BATCH) {
            List<RgbImage> images = new ArrayList<>();
            for (Tile tile : tiles.subList(first, Math.min(tiles.size(), first + BATCH))) {
                images.add(plan.read(tile));
            }
            float[][] rows = encoder.embed(images);
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(rows[i], 0, features, (first + i) * encoder.width(), encoder.width());
            }
        }
        return features;
    }

    /** Frees the weights. */
    @Override
    public void close() {
        encoder.close();
        aggregator.close();
        Scope.free(device);
    }
}
