package org.cyphervit.cli.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.cyphervit.UserError;
import org.cyphervit.augment.Normalization;
import org.cyphervit.backbone.EncoderSpec;
import org.cyphervit.backbone.Pooling;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.option.JsonOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "encoders",
        description = "What an encoder's file says of how it is used.",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        subcommands = {EncodersCommand.SetCommand.class})
public final class EncodersCommand {

    @Command(
            name = "set",
            description = "Write into an encoder's file how it is used: all commands and exports follow it.",
            sortOptions = false,
            mixinStandardHelpOptions = true)
    static final class SetCommand implements Callable<Integer> {
        @Parameters(paramLabel = "RUN", description = "A run's folder or encoder file.")
        private Path encoder = Path.of(".");

        @Option(
                names = "--tile-microns",
                paramLabel = "UM",
                description =
                        "Side of the tissue in a tile that it was trained on, in microns: 224 pixels at 0.5 are 112.")
        private @Nullable Double tileMicrons;

        @Option(names = "--mean", paramLabel = "R,G,B", description = "Of red, green and blue in [0, 1]; with --std.")
        private @Nullable String mean;

        @Option(names = "--std", paramLabel = "R,G,B", description = "Standard deviations; with --mean.")
        private @Nullable String std;

        @Option(names = "--pool", description = "The feature: cls, mean (of patches), cls+mean or tokens.")
        private @Nullable String pool;

        @Option(names = "--license", description = "Of the weights, such as CC-BY-NC-4.0.")
        private @Nullable String license;

        @Option(names = "--training-data", paramLabel = "TEXT", description = "What it was trained on, in words.")
        private @Nullable String trainingData;

        @Mixin
        private JsonOption json = new JsonOption();

        @Override
        public Integer call() throws Exception {
            if ((mean == null) != (std == null)) {
                throw new UserError("Images are normalised with --mean and --std; give both.");
            }
            int size = EncoderFile.imageSize(encoder);
            Path file = EncoderFile.describe(encoder, spec -> changed(spec, size));
            EncoderSpec.among(EncoderFile.notes(file)).forEach((key, value) -> {
                System.err.printf("  %-18s %s%n", key, value);
                json.put(key, value);
            });
            json.put("encoder", file.toString()).print();
            return 0;
        }

        private EncoderSpec changed(EncoderSpec spec, int size) {
            EncoderSpec changed = spec.withOrigin(license, trainingData);
            if (tileMicrons != null) {
                changed = changed.withMicronsPerPixel(tileMicrons / size);
            }
            if (mean != null && std != null) {
                changed = changed.withNormalization(Normalization.of(mean, std));
            }
            return pool == null ? changed : changed.withPooling(Pooling.parse(pool));
        }
    }
}
