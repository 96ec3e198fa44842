package org.cyphervit.cli.command.encoder;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.cyphervit.augment.Normalization;
import org.cyphervit.backbone.EncoderSpec;
import org.cyphervit.backbone.Pooling;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.checkpoint.EncoderBox;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.checkpoint.EncoderStore;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.NamedEncoder;
import org.cyphervit.cli.option.NormalizationOption;
import org.cyphervit.cli.option.RegistryOption;
import org.cyphervit.cli.option.Within;
import org.cyphervit.encoders.EncoderRegistry;
import org.cyphervit.encoders.RegisteredEncoder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "encoders",
        description = {
            "Encoders that others released: which there are, how they are used, their import and download.",
            "Every command that takes --encoder also takes the name of one that was imported or downloaded."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        subcommands = {
            EncodersCommand.ListCommand.class,
            EncodersCommand.ShowCommand.class,
            EncodersImportCommand.class,
            EncodersGetCommand.class,
            EncodersCommand.SetCommand.class,
            EncodersPackCommand.class,
            EncodersClusterCommand.class
        })
public final class EncodersCommand {
    private static Map<String, Object> entry(RegisteredEncoder encoder) {
        Map<String, Object> entry = ConfigTree.map(encoder);
        entry.put("imported", Files.isRegularFile(EncoderStore.file(encoder.name())));
        return entry;
    }

    @Command(name = "list", description = "All released encoders, a line each.", mixinStandardHelpOptions = true)
    static final class ListCommand implements Callable<Integer> {
        private static final String ROW = "%-15s %-28s %-10s %-9s %-8s %s%n";

        @Mixin
        private RegistryOption registry = new RegistryOption();

        @Mixin
        private JsonOption json = new JsonOption();

        @Override
        public Integer call() throws Exception {
            System.err.printf(ROW, "name", "encoder", "feature", "numbers", "here", "licence");
            List<Map<String, Object>> all = new ArrayList<>();
            for (RegisteredEncoder encoder : registry.open().all()) {
                boolean here = Files.isRegularFile(EncoderStore.file(encoder.name()));
                System.err.printf(
                        ROW,
                        encoder.name(),
                        encoder.title(),
                        encoder.pooling(),
                        EncoderRegistry.text(encoder.featureWidth()),
                        here ? "yes" : "no",
                        EncoderRegistry.text(encoder.licence()));
                all.add(entry(encoder));
            }
            System.err.println(
                    EncoderBox.isThere()
                            ? "With this installation come " + EncoderBox.NAME
                                    + ", a CypherViT that commands take when no encoder is named, and "
                                    + EncoderBox.VIT + "."
                            : "No encoder comes with this installation.");
            System.err.println("'cyphervit encoders show NAME' tells how one is used and where to get it.");
            json.put("encoders", all).put("in_the_box", EncoderBox.isThere()).print();
            return 0;
        }
    }

    @Command(
            name = "show",
            description =
                    "How an encoder is used, its licence and where to get it; or its model card, of in-the-box and in-the-box-vit.",
            sortOptions = false,
            mixinStandardHelpOptions = true)
    static final class ShowCommand implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "Such as uni2-h; 'encoders list' has them all.")
        private String name = "";

        @Option(names = "--yaml", description = "Print the entry as the registry has it, on standard output.")
        private boolean yaml;

        @Mixin
        private RegistryOption registry = new RegistryOption();

        @Mixin
        private JsonOption json = new JsonOption();

        @Override
        public Integer call() throws Exception {
            if (EncoderBox.names().contains(name)) {
                EncoderBox.file(name); // or tells that there is none
                System.err.println(EncoderBox.card().orElse("It has no model card."));
                json.put("card", EncoderBox.card().orElse("")).print();
                return 0;
            }
            RegisteredEncoder encoder = registry.open().named(name);
            if (yaml) {
                System.out.print(EncoderRegistry.yaml(encoder));
            }
            System.err.println(encoder.title() + ", " + EncoderRegistry.text(encoder.maker()));
            RegisteredEncoder.Images images = encoder.images();
            line("architecture", encoder.architecture().words());
            line(
                    "positions",
                    EncoderRegistry.text(encoder.architecture().positions()) + ", resized as "
                            + EncoderRegistry.text(encoder.architecture().resize()) + " does");
            if (!encoder.assumed().isEmpty()) {
                line("assumed", String.join(", ", encoder.assumed()) + " (by its name; an import checks them)");
            }
            line("tiles", EncoderRegistry.text(images.tile()));
            line("image size", EncoderRegistry.text(images.size()) + " px");
            line("scale", EncoderRegistry.text(images.micronsPerPixel()) + " µm per pixel of the image");
            line("mean", EncoderRegistry.text(images.mean()));
            line("std", EncoderRegistry.text(images.std()));
            line("feature", encoder.pooling() + ", " + EncoderRegistry.text(encoder.featureWidth()) + " numbers");
            line("licence", EncoderRegistry.text(encoder.licence()) + " (as last read)");
            line("access", EncoderRegistry.text(encoder.access()) + " (as last read)");
            line("trained on", EncoderRegistry.text(encoder.trainingData()));
            line("get it from", EncoderRegistry.text(encoder.page()) + " " + String.join(", ", encoder.files()));
            if (encoder.note() != null) {
                line("note", encoder.note());
            }
            System.err.printf(
                    encoder.repository() == null
                            ? "Use: cyphervit encoders import %s FILE%n"
                            : "Use: cyphervit encoders get %s%n",
                    encoder.name());
            entry(encoder).forEach(json::put);
            json.print();
            return 0;
        }

        private static void line(String what, String text) {
            System.err.printf("  %-13s %s%n", what, text);
        }
    }

    @Command(
            name = "set",
            description = "Write into an encoder's file how it is used: all commands and exports follow it.",
            sortOptions = false,
            mixinStandardHelpOptions = true)
    static final class SetCommand implements Callable<Integer> {
        @Mixin
        private NamedEncoder named = new NamedEncoder();

        @Option(
                names = "--tile-microns",
                paramLabel = "UM",
                description =
                        "Side of the tissue in a tile that it was trained on, in microns: 224 pixels at 0.5 are 112.")
        @Within(least = 0.1, most = 10_000)
        private @Nullable Double tileMicrons;

        @Mixin
        private NormalizationOption normalization = new NormalizationOption();

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
            Path encoder = named.path();
            Normalization given = normalization.given();
            int size = EncoderFile.imageSize(encoder);
            Path file = EncoderFile.describe(encoder, spec -> changed(spec, size, given));
            EncoderSpec.among(EncoderFile.notes(file)).forEach((key, value) -> {
                System.err.printf("  %-18s %s%n", key, value);
                json.put(key, value);
            });
            json.put("encoder", file.toString()).print();
            return 0;
        }

        private EncoderSpec changed(EncoderSpec spec, int size, @Nullable Normalization given) {
            EncoderSpec changed = spec.withOrigin(license, trainingData);
            if (tileMicrons != null) {
                changed = changed.withMicronsPerPixel(tileMicrons / size);
            }
            if (given != null) {
                changed = changed.withNormalization(given);
            }
            return pool == null ? changed : changed.withPooling(Pooling.parse(pool));
        }
    }
}
