package org.cyphervit.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.data.Split;
import org.cyphervit.data.TileSource;
import org.cyphervit.embed.Embedder;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.eval.Floors;
import org.cyphervit.eval.Knn;
import org.cyphervit.eval.KnnEvaluation;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Precision;
import org.cyphervit.train.Recipes;

/**
 * Encoders beside what they must beat.
 *
 * @param trained one evaluation per encoder
 * @param untrained the same backbones with the weights their runs began with
 * @param colors colour histograms
 * @param thumbnails tiles at 8 x 8 pixels
 */
record KnnComparison(
        List<KnnEvaluation> trained, List<KnnEvaluation> untrained, KnnEvaluation colors, KnnEvaluation thumbnails) {

    /** @param size side of the images, pixels; 0 for the backbone's own */
    static KnnComparison of(List<Path> encoders, Split split, Knn knn, int size) throws IOException {
        List<KnnEvaluation> trained = new ArrayList<>();
        List<KnnEvaluation> untrained = new ArrayList<>();
        for (Path encoder : encoders) {
            try (Backbone backbone = EncoderFile.read(encoder, Engine.device(knn.device()));
                    Backbone twin = backbone.config().build(seed(encoder), Engine.device(knn.device()))) {
                trained.add(evaluate("trained", backbone, split, knn, size));
                untrained.add(evaluate("untrained", twin, split, knn, size));
            }
        }
        KnnEvaluation colors = floor(
                "colour histogram",
                Floors.colorHistograms(split.train()),
                Floors.colorHistograms(split.test()),
                split,
                knn);
        KnnEvaluation thumbnails =
                floor("8 x 8 thumbnail", Floors.thumbnails(split.train()), Floors.thumbnails(split.test()), split, knn);
        return new KnnComparison(trained, untrained, colors, thumbnails);
    }

    /** A row of the table per kind of features. */
    List<List<KnnEvaluation>> rows() {
        return List.of(trained, untrained, List.of(colors), List.of(thumbnails));
    }

    private static KnnEvaluation evaluate(String name, Backbone backbone, Split split, Knn knn, int size) {
        Embedder standard = Embedder.of(backbone, knn.device());
        Embedder embedder = size == 0
                ? standard
                : new Embedder(size, standard.batch(), knn.device(), Precision.FP32, standard.threads());
        return KnnEvaluation.of(
                name,
                LabelledFeatures.of(split.train(), embedder.embed(backbone, split.train())),
                LabelledFeatures.of(split.test(), embedder.embed(backbone, split.test())),
                knn);
    }

    private static KnnEvaluation floor(String name, FeatureMatrix train, FeatureMatrix test, Split split, Knn knn) {
        return KnnEvaluation.of(
                name,
                LabelledFeatures.of(split.train(), all(split.train()), train),
                LabelledFeatures.of(split.test(), all(split.test()), test),
                knn);
    }

    private static int[] all(TileSource source) {
        return IntStream.range(0, source.size()).toArray();
    }

    // The untrained twin has the very weights the run began with.
    private static long seed(Path encoder) throws IOException {
        String recipe = EncoderFile.notes(encoder).get("recipe");
        return recipe == null ? 0 : Recipes.parse(recipe).run().seed();
    }
}
