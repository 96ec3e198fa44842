package org.cyphervit.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Device;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.EncoderSpec;
import org.cyphervit.checkpoint.weights.WeightImport;
import org.cyphervit.data.sets.TileLocation;
import org.cyphervit.group.Group;
import org.cyphervit.nn.Init;
import org.cyphervit.ssl.SslMethod;
import org.cyphervit.ssl.tokens.TargetValues;
import org.cyphervit.ssl.tokens.TokenTargets;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.train.recipe.Recipe;

/**
 * What a recipe trains: a backbone, with the weights it starts from, in a method, with targets for single tokens where the
 * recipe names some.
 *
 * @param targets may be none
 * @param said told which weights were read
 */
record TrainingSetup(Recipe recipe, TargetValues targets, Group group, Consumer<String> said) {
    /** @throws org.cyphervit.UserError if the method refuses the backbone, or the weights do not fit it */
    SslMethod method(Device device) throws IOException {
        Backbone backbone = recipe.backbone()
                .build(new Init(new SeededGenerator(recipe.run().seed(), device), group));
        EncoderSpec spec = EncoderSpec.STANDARD;
        if (!recipe.run().init().isEmpty()) {
            spec = read(Path.of(recipe.run().init()), backbone);
        }
        OptionalDouble microns = TileLocation.tileMicrons(recipe.data());
        if (microns.isPresent()) {
            spec = spec.withMicronsPerPixel(
                    microns.getAsDouble() / backbone.config().imageSize());
        }
        backbone.describe(spec);
        SslMethod method = recipe.method().make(backbone, draws(2, device));
        method.encoder().describe(spec); // a teacher's backbone is built anew
        return targets.targets().isEmpty()
                ? method
                : new TokenTargets(method, backbone, recipe.tokenTargets(), targets.targets(), draws(3, device));
    }

    // What goes on to hold of the weights that training starts from. Their scale does not: it is that of the tiles.
    private EncoderSpec read(Path weights, Backbone backbone) throws IOException {
        try (Scope scope = Scope.open()) {
            WeightImport read = WeightImport.open(weights);
            WeightImport.Report report = read.into(backbone);
            said.accept(report.loaded() + " tensors of the backbone start from " + weights
                    + (report.reshaped().isEmpty() ? "" : "; resized: " + String.join(", ", report.reshaped())));
            EncoderSpec theirs = read.spec();
            return EncoderSpec.STANDARD
                    .withNormalization(theirs.normalization())
                    .withOrigin(theirs.license(), theirs.trainingData());
        }
    }

    // Each part draws from a stream of its own, so that none shifts another's.
    private Init draws(int stream, Device device) {
        return new Init(new SeededGenerator(SeededGenerator.mix(recipe.run().seed(), stream), device), group);
    }
}
