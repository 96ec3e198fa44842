package org.cyphervit.ssl;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.image.RgbImage;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Layer;
import org.cyphervit.torch.SeededGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A way to train a backbone. To add one: write one file that implements this and holds a {@link
 * MethodProvider}, and name the provider in {@code META-INF/services}.
 *
 * <p>The trainer calls, at each step: {@link #loss}, backward, the optimizer over {@link #trained}, then {@link
 * #afterStep}.
 */
public interface SslMethod {
    /** What the optimizer trains. */
    Layer trained();

    /** All that must be saved to go on later: what is trained, and a teacher, centres and queues where there are some. */
    default Layer state() {
        return trained();
    }

    /** The network to keep and evaluate (for self-distillation: the teacher's). */
    Backbone encoder();

    /** The network that gradients train where that is not the {@link #encoder}: the student of a teacher. */
    default Optional<Backbone> student() {
        return Optional.empty();
    }

    /**
     * The share of the encoder's first weights that is left in it after so many steps: above 0 where it follows by
     * a moving average. A short run then measures, in part, the network it started from.
     */
    default double initialShare(long steps) {
        return 0;
    }

    /** What the method makes of a run's length, in a few words for its first lines; empty where that is nothing. */
    default String plan(long steps, long stepsPerEpoch) {
        return "";
    }

    /**
     * The loss of one batch. May update what is not trained by gradient (centres, queues).
     *
     * @param batch on the device of the parameters
     * @param mode a training pass, seeded for this step
     */
    Loss loss(Batch batch, ForwardMode mode, TrainingProgress progress);

    /**
     * Operations of the matrix products of a training step, per tile of the batch: forward and backward, and those of a
     * teacher. Cost is compared by them. What {@link StepOperations} says of backward passes holds.
     *
     * @param sides of a tile's views, pixels, in their order
     */
    double operations(List<Integer> sides);

    /** Frees what is no part of {@link #state}: a teacher that is only read. The method cannot be used afterwards. */
    default void release() {}

    /** Called after the optimizer's step: the exponential moving average of a teacher. */
    default void afterStep(TrainingProgress progress) {}

    /** Whether a trained parameter is left out at this moment, as if it had no gradient. */
    default boolean isFrozen(String parameter, TrainingProgress progress) {
        return false;
    }

    /**
     * The loss of a network that has learnt nothing, which a collapsed one goes back to; NaN where there is no such
     * figure.
     *
     * @param batch images per forward pass
     */
    default double chanceLoss(int batch) {
        return Double.NaN;
    }

    /** Whether training shows the encoder whole views, so that its tokens can tell what a view holds. */
    default boolean showsWholeViews() {
        return true;
    }

    /** What to look out for besides features that are all alike, which every method is watched for. */
    default List<Symptom> symptoms(int batch) {
        return List.of();
    }

    /**
     * What the method makes of some images, for a person to look at after training; null where there is nothing to
     * see.
     *
     * @param images normalised, square, (B,3,S,S)
     * @param generator seeded by the caller
     */
    default @Nullable RgbImage picture(Tensor images, SeededGenerator generator) {
        return null;
    }

    /**
     * @param value scalar to differentiate
     * @param measures scalars that tell how training goes, by name; read by the trainer when it logs
     */
    record Loss(Tensor value, Map<String, Tensor> measures) {
        /**
         * Measures in the order of their names: ranks average them one by one, and maps may differ in order by
         * process.
         */
        public Loss {
            measures = Collections.unmodifiableSortedMap(new TreeMap<>(measures));
        }
    }
}
