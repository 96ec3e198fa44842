package org.cyphervit.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.cyphervit.ssl.Symptom;
import org.cyphervit.train.recipe.Recipe;

/** Someone who watches a run: progress, tables, event files, health. Called on the training thread, in order. */
public interface RunListener {
    /**
     * What is known before the first step.
     *
     * @param folder of the run
     * @param firstStep 0, or the step that a resumed run continues from
     * @param chanceLoss the loss of a network that has learnt nothing; NaN where the method has none
     * @param symptoms of the method
     */
    record Start(
            Path folder,
            Recipe recipe,
            int tiles,
            long firstStep,
            long steps,
            double chanceLoss,
            List<Symptom> symptoms) {

        /** Optimisation steps in one pass over the tiles. */
        public long stepsPerEpoch() {
            return recipe.run().stepsPerEpoch(tiles);
        }
    }

    /**
     * One optimisation step.
     *
     * @param step its number, from 1
     * @param measures by name, such as {@code loss}, {@code lr}, {@code teacher_entropy}; not every step has the same
     * @param images tiles seen in this step
     * @param waitShare share of the run's time spent waiting for views, [0, 1]
     */
    record Step(long step, double epoch, Map<String, Double> measures, int images, double waitShare) {}

    /**
     * What a run came to.
     *
     * @param imagesPerSecond tiles trained on, by the time of the run without that of its k-NN probes
     * @param unreadable names of tiles that could not be read and were replaced by others
     */
    record End(
            long step,
            boolean finished,
            double imagesPerSecond,
            double waitShare,
            Path encoder,
            List<String> unreadable) {
        public End {
            unreadable = List.copyOf(unreadable);
        }
    }

    default void started(Start start) {}

    /** @throws org.cyphervit.UserError to end the run with a diagnosis, after a checkpoint of the step before */
    default void stepped(Step step) {}

    /**
     * A checkpoint of that step is about to be written, after {@link #stepped} told of it: what was heard so far must be on
     * disk, for a resumed run goes on from there.
     */
    default void saving(long step) {}

    /** Something to tell the user: a checkpoint, a warning. */
    default void said(String message) {}

    default void ended(End end) {}
}
