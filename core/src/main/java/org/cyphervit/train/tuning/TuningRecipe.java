package org.cyphervit.train.tuning;

import java.util.Optional;
import org.cyphervit.Ranges;
import org.cyphervit.UserError;
import org.cyphervit.nn.LoraOptions;

/**
 * How weights are treated that training starts from ({@code run.init}); what is new, such as a projector or CypherViT's
 * clustering blocks, is trained by the optimizer's rule alone.
 *
 * @param layerDecay what the learning rate of each layer is, over that of the layer above, (0, 1]: layers far from the
 *     output change less; see {@link org.cyphervit.optim.LayerRates}
 * @param frozenSteps optimisation steps in which they stay as they are, so that new layers learn first
 * @param loraRank rank of the change to the attention's projections that is trained in the place of the weights; 0 trains
 *     the weights themselves; see {@link LoraOptions}
 * @param loraAlpha how much that change counts
 */
public record TuningRecipe(double layerDecay, long frozenSteps, int loraRank, double loraAlpha) {
    private static final long MOST_STEPS = 1_000_000_000;

    public TuningRecipe {
        Ranges.of("Tuning")
                .above("layerDecay", layerDecay, 0, 1)
                .whole("frozenSteps", frozenSteps, 0, MOST_STEPS)
                .whole("loraRank", loraRank, 0, 1024)
                .above("loraAlpha", loraAlpha, 0, 10_000)
                .check();
    }

    /** The change of low rank; empty where the weights themselves are trained. */
    public Optional<LoraOptions> lora() {
        return loraRank == 0 ? Optional.empty() : Optional.of(new LoraOptions(loraRank, loraAlpha));
    }

    /**
     * @param init the recipe's {@code run.init}
     * @throws UserError if there are no weights for what is asked
     */
    public void requireWeights(String init) {
        if (init.isEmpty() && (layerDecay < 1 || frozenSteps > 0 || loraRank > 0)) {
            throw new UserError(
                    "tuning.layerDecay, tuning.frozenSteps and tuning.loraRank are about weights that training"
                            + " starts from, but run.init names none. Set run.init, or leave them out.");
        }
    }
}
