package org.cyphervit.eval;

import java.util.List;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.data.Split;
import org.cyphervit.data.TileSource;
import org.cyphervit.embed.Embedder;
import org.cyphervit.embed.FeatureMatrix;

/**
 * Tiles to judge features by, and what is known of them.
 *
 * @param split tiles to learn from and to test on
 * @param labelling what each tile's features are labelled with
 */
public record Task<S extends Samples<S>>(Split split, Labelling<S> labelling) {
    /** Puts labels to features. */
    @FunctionalInterface
    public interface Labelling<S> {
        /** @param indices of the tiles that the rows of {@code features} belong to */
        S of(TileSource source, int[] indices, FeatureMatrix features);
    }

    /** Tiles with classes. */
    public static Task<LabelledFeatures> ofClasses(Split split) {
        return new Task<>(split, LabelledFeatures::of);
    }

    /** Tiles whose sources know a number for each. */
    public static Task<TargetFeatures> ofTargets(Split split) {
        return new Task<>(split, TargetFeatures::of);
    }

    /**
     * An encoder's features of both parts.
     *
     * @param progress receives how many tiles of both are done
     * @throws org.cyphervit.UserError if more than a tenth of either part cannot be read
     */
    public TrainTest<S> embed(Backbone backbone, Embedder embedder, IntConsumer progress) {
        Embedder.Result train = embedder.embed(backbone, split.train(), progress);
        int before = split.train().size();
        Embedder.Result test = embedder.embed(backbone, split.test(), done -> progress.accept(before + done));
        return new TrainTest<>(labelled(split.train(), train), labelled(split.test(), test), unreadable(train, test));
    }

    /** Features that need no encoder, such as {@link Baselines#colorHistograms}. */
    public TrainTest<S> baseline(Function<TileSource, Embedder.Result> features) {
        Embedder.Result train = features.apply(split.train());
        Embedder.Result test = features.apply(split.test());
        return new TrainTest<>(labelled(split.train(), train), labelled(split.test(), test), unreadable(train, test));
    }

    /** Tiles of both parts. */
    public int tiles() {
        return split.train().size() + split.test().size();
    }

    private S labelled(TileSource source, Embedder.Result features) {
        return labelling.of(source, features.indices(), features.features());
    }

    private static List<String> unreadable(Embedder.Result train, Embedder.Result test) {
        return Stream.concat(train.unreadable().stream(), test.unreadable().stream())
                .distinct()
                .sorted()
                .toList();
    }
}
