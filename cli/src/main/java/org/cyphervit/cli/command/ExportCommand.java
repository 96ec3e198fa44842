package org.cyphervit.cli.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import org.cyphervit.Ranges;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.EncoderSpec;
import org.cyphervit.backbone.Pooling;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.option.EncoderOption;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.Within;
import org.cyphervit.export.ModelCard;
import org.cyphervit.export.ModelExport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "export",
        description = {
            "Export an encoder for other tools, with a model card that says how to prepare images for it.",
            "safetensors: for a ViT with timm's names. onnx: ONNX Runtime, any batch. torchscript: LibTorch 1.13 on,"
                    + " torch.jit.load, DJL. wsinfer: a folder for WSInfer and QuPath, which shows each tile's phenotype"
                    + " shares."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class ExportCommand implements Callable<Integer> {
    @Mixin
    private EncoderOption named = new EncoderOption();

    @Option(names = "--format", required = true, description = "safetensors, onnx, torchscript or wsinfer.")
    private ModelExport.Format format = ModelExport.Format.ONNX;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where the files go.")
    private Path out = Path.of(".");

    @Option(
            names = "--size",
            defaultValue = "0",
            description =
                    "Side of the images it will take, pixels; a multiple of the patch. Default: as it was trained.")
    @Within(most = Ranges.LARGEST_SIDE)
    private int size;

    @Option(
            names = "--mpp",
            description =
                    "Microns per pixel of the images it was trained on, for the card; WSInfer needs it. Default: what the"
                            + " encoder's file says.")
    @Within(least = 0.02, most = 100)
    private @Nullable Double mpp;

    @Option(names = "--pool", description = "The feature it returns: cls, mean, cls+mean or tokens. Default: its own.")
    private @Nullable String pool;

    @Option(
            names = "--license",
            description = "Licence of the weights, such as CC-BY-NC-4.0, for the card. Default: what the file says.")
    private @Nullable String license;

    @Option(
            names = "--phenotypes",
            split = ",",
            paramLabel = "NAME",
            description = "Names of the phenotype tokens in their order, such as stroma,glands,fat,lymphocytes.")
    private List<String> phenotypes = List.of();

    @Option(names = "--name", description = "Name of the model, for the card. Default: the run's.")
    private @Nullable String name;

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        Path encoder = named.path();
        Map<String, String> notes = EncoderFile.notes(encoder);
        try (Backbone backbone = EncoderFile.read(encoder, new Device("cpu"))) {
            EncoderSpec spec = spec(backbone.spec(), backbone.imageSize());
            backbone.describe(spec);
            if (format == ModelExport.Format.WSINFER && spec.micronsPerPixel() == null) {
                throw new UserError(
                        "WSInfer and QuPath must know how large a pixel of the images is, and the encoder's file"
                                + " does not say it. Give --mpp, the microns per pixel of the images it was trained on.");
            }
            ModelCard card = ModelCard.of(
                    name != null
                            ? name
                            : Objects.requireNonNullElse(
                                    spec.name(),
                                    String.valueOf(
                                            encoder.toAbsolutePath().normalize().getFileName())),
                    backbone,
                    size > 0 ? size : backbone.imageSize(),
                    spec,
                    phenotypes,
                    notes);
            List<Path> files = ModelExport.write(out, format, backbone, card, notes);
            files.forEach(file -> System.err.println(file));
            if (spec.license() == null) {
                System.err.println("The card says 'license: not stated'; give --license if others are to use it.");
            }
            json.put("files", files.stream().map(Path::toString).toList())
                    .put("parameters", card.parameters())
                    .put("size", card.size())
                    .put("phenotypes", card.phenotypes())
                    .print();
        }
        return 0;
    }

    // The encoder's, with what the options say beside it. A scale that contradicts the known one would spoil every use.
    private EncoderSpec spec(EncoderSpec own, int imageSize) {
        Double known = own.micronsPerPixel();
        if (mpp != null && known != null && Math.abs(mpp - known) > 0.01 * known) {
            throw new UserError(String.format(
                    Locale.ROOT,
                    "The encoder saw %.4g microns in images of %d pixels, %.4g microns per pixel; got --mpp %.4g. Leave"
                            + " --mpp out. If the encoder's file is wrong, mend it: cyphervit encoders set --encoder %s"
                            + " --tile-microns UM.",
                    known * imageSize,
                    imageSize,
                    known,
                    mpp,
                    named.path()));
        }
        EncoderSpec scaled = mpp == null ? own : own.withMicronsPerPixel(mpp);
        EncoderSpec pooled = pool == null ? scaled : scaled.withPooling(Pooling.parse(pool));
        return pooled.withOrigin(license, null);
    }
}
