package org.cyphervit.eval;

import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.pytorch.Device;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.train.recipe.Recipes;

/** The baseline that an encoder of a run must beat: the same backbone with the very weights its run began with. */
public final class UntrainedBaseline {
    private UntrainedBaseline() {}

    /** @param encoder a run's folder, an encoder file or a checkpoint; without a recipe the weights are those of seed 0 */
    public static Backbone of(Path encoder, Backbone trained, Device device) throws IOException {
        String recipe = EncoderFile.notes(encoder).get("recipe");
        long seed = recipe == null ? 0 : Recipes.parse(recipe).run().seed();
        return trained.config().build(seed, device).describe(trained.spec());
    }
}
