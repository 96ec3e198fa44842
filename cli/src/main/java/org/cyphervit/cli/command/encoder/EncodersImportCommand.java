package org.cyphervit.cli.command.encoder;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.cyphervit.UserError;
import org.cyphervit.backbone.EncoderSpec;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.checkpoint.EncoderStore;
import org.cyphervit.cli.command.Outputs;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.NormalizationOption;
import org.cyphervit.cli.option.RegistryOption;
import org.cyphervit.cli.option.Within;
import org.cyphervit.encoders.ImportedEncoder;
import org.cyphervit.encoders.RegisteredEncoder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Weights of other programs as an encoder of this one. */
@Command(
        name = "import",
        description = {
            "Make an encoder of released weights: .safetensors, .pth or .bin (read without executing anything), an index of"
                    + " shards, or a folder with one of these.",
            "With a name of the registry they are checked against its entry, and the encoder knows its normalisation, scale and"
                    + " feature; afterwards --encoder NAME means it."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class EncodersImportCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..2",
            paramLabel = "[NAME] FILE",
            description =
                    "An entry of the registry, and the weights; without a name weights of timm, DINO, DINOv2, DeiT,"
                            + " MoCo v3, iBOT, MAE or Hugging Face.")
    private List<String> words = List.of();

    @Option(
            names = "--out",
            paramLabel = "FILE|FOLDER",
            description = Outputs.ENCODER + " Default with a name: where --encoder NAME finds it.")
    private @Nullable Path out;

    @Option(
            names = "--heads",
            defaultValue = "0",
            description =
                    "Without a name: attention heads, which weights do not tell. Default: one per 64 of the width.")
    @Within(most = 16_384)
    private int heads;

    @Mixin
    private NormalizationOption normalization = new NormalizationOption();

    @Mixin
    private RegistryOption registry = new RegistryOption();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        Path file = Path.of(words.getLast());
        if (words.size() == 1 && out == null) {
            throw new UserError(
                    "Where is the encoder to be written? Give --out FILE, or the name of an entry of the registry:"
                            + " cyphervit encoders import NAME " + file + ".");
        }
        ImportedEncoder imported;
        if (words.size() == 2) {
            RegisteredEncoder entry = registry.open().named(words.getFirst());
            Path target = out != null ? Outputs.file(out, EncoderFile.NAME) : EncoderStore.file(entry.name());
            imported = ImportedEncoder.of(entry, file, target, normalization.given());
        } else {
            imported = ImportedEncoder.of(
                    file,
                    heads,
                    Outputs.file(Optional.ofNullable(out).orElseThrow(), EncoderFile.NAME),
                    normalization.given());
        }
        tell(imported, json);
        json.print();
        return 0;
    }

    /** What was imported and how it will be used. */
    static void tell(ImportedEncoder imported, JsonOption json) {
        EncoderSpec spec = imported.spec();
        if (imported.config() instanceof VitConfig vit) {
            System.err.printf(
                    "%d tensors of a ViT: width %d, %d blocks, %d heads, patch %d, %d x %d pixels, %d registers%n",
                    imported.tensors(),
                    vit.width(),
                    vit.depth(),
                    vit.heads(),
                    vit.patch(),
                    spec.imageSize(vit),
                    spec.imageSize(vit),
                    vit.registers());
        }
        System.err.printf(
                "Images: mean %s, std %s, %s µm per pixel. Feature: %s, %d numbers.%n",
                spec.normalization().meanText(),
                spec.normalization().stdText(),
                spec.micronsPerPixel() == null ? "unknown" : spec.micronsPerPixel(),
                spec.pooling(),
                spec.pooling().width(imported.config()));
        if (spec.name() == null) {
            System.err.println(
                    "The weights do not say how images are normalised and features taken; if this is wrong, mend"
                            + " it: cyphervit encoders set --encoder " + imported.file()
                            + " --mean R,G,B --std R,G,B --pool POOL.");
        }
        if (!imported.besides().isEmpty()) {
            System.err.println("Left out, no part of the backbone: " + String.join(", ", imported.besides()));
        }
        Object place = spec.name() != null && imported.file().equals(EncoderStore.file(spec.name()))
                ? spec.name()
                : imported.file();
        System.err.printf(
                "Wrote %s%nNext: cyphervit evaluate knn --encoder %s --data FOLDER%n", imported.file(), place);
        json.put("encoder", imported.file().toString())
                .put("tensors", imported.tensors())
                .put("left_out", imported.besides().size());
        EncoderSpec.among(spec.notes(imported.config())).forEach(json::put);
    }
}
