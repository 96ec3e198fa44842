package org.cyphervit.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.EncoderSpec;
import org.cyphervit.checkpoint.EncoderFile;
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
import org.cyphervit.train.tuning.TunedParameters;

/**
 * What a recipe trains: a backbone, with the weights it starts from, in a method, with targets for single tokens where the
 * recipe names some.
 *
 * @param targets may be none
 * @param said told which weights were read
 */
record TrainingSetup(Recipe recipe, TargetValues targets, Group group, Consumer<String> said) {
    private static final int PART = 3; // names, of a tensor's, that name its part of the network

    /**
     * What is trained.
     *
     * @param tuned those of its parameters that had weights before
     */
    record Prepared(SslMethod method, TunedParameters tuned) {}

    /** @throws org.cyphervit.UserError if the method refuses the backbone, or the weights do not fit it */
    Prepared prepare(Device device) throws IOException {
        recipe.tuning().requireWeights(recipe.run().init());
        Backbone backbone = recipe.backbone()
                .build(new Init(new SeededGenerator(recipe.run().seed(), device), group));
        EncoderSpec spec = EncoderSpec.STANDARD;
        List<String> loaded = List.of();
        if (!recipe.run().init().isEmpty()) {
            Start start = start(Path.of(recipe.run().init()), backbone);
            spec = start.spec;
            loaded = start.loaded;
            adapt(backbone, loaded, device);
        }
        OptionalDouble microns = TileLocation.tileMicrons(recipe.data());
        if (microns.isPresent()) {
            spec = spec.withMicronsPerPixel(
                    microns.getAsDouble() / backbone.config().imageSize());
        }
        backbone.describe(spec);
        SslMethod method = recipe.method().make(backbone, draws(2, device));
        method.encoder().describe(spec); // a teacher's backbone is built anew
        SslMethod whole = targets.targets().isEmpty()
                ? method
                : new TokenTargets(method, backbone, recipe.tokenTargets(), targets.targets(), draws(3, device));
        return new Prepared(whole, TunedParameters.of(recipe.tuning(), whole.trained(), backbone, loaded));
    }

    // With changes of low rank, what had weights before stays as it is.
    private void adapt(Backbone backbone, List<String> loaded, Device device) {
        recipe.tuning().lora().ifPresent(options -> {
            Map<String, Tensor> before = backbone.parameters();
            loaded.stream()
                    .map(before::get)
                    .filter(Objects::nonNull) // a buffer has no gradient anyway
                    .forEach(tensor -> tensor.requires_grad_(false));
            backbone.adapt(options, draws(4, device));
            long trained = backbone.parameters().values().stream()
                    .filter(Tensor::requires_grad)
                    .mapToLong(Tensor::numel)
                    .sum();
            said.accept(String.format(
                    Locale.ROOT,
                    "LoRA of rank %d: %,d of the backbone's weights are trained",
                    options.rank(),
                    trained));
        });
    }

    private record Start(EncoderSpec spec, List<String> loaded) {}

    // What goes on to hold of the weights that training starts from. Their scale does not: it is that of the tiles.
    private Start start(Path named, Backbone backbone) throws IOException {
        Path weights = Files.exists(named) ? named : EncoderFile.locate(named);
        try (Scope scope = Scope.open()) {
            WeightImport read = WeightImport.open(weights);
            WeightImport.Report report = read.into(backbone);
            said.accept(words(report, weights));
            EncoderSpec theirs = read.spec();
            EncoderSpec spec = EncoderSpec.STANDARD
                    .withNormalization(theirs.normalization())
                    .withOrigin(theirs.license(), theirs.trainingData());
            return new Start(spec, report.names());
        }
    }

    // The part of the network that a tensor belongs to, such as stages.0.clustering.
    private static String part(String tensor) {
        List<String> names = List.of(tensor.split("\\.", -1));
        return String.join(".", names.subList(0, Math.min(PART, names.size())));
    }

    private static String words(WeightImport.Report report, Path weights) {
        String words = report.loaded() + " tensors of the backbone start from " + weights;
        if (!report.reshaped().isEmpty()) {
            words += "; resized: " + String.join(", ", report.reshaped());
        }
        if (!report.fresh().isEmpty()) {
            words += "; new: "
                    + report.fresh().stream()
                            .map(TrainingSetup::part)
                            .distinct()
                            .collect(Collectors.joining(", "));
        }
        return words;
    }

    // Each part draws from a stream of its own, so that none shifts another's.
    private Init draws(int stream, Device device) {
        return new Init(new SeededGenerator(SeededGenerator.mix(recipe.run().seed(), stream), device), group);
    }
}
