package org.cyphervit.cli.command;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.cyphervit.backbone.VisionTransformer;
import org.cyphervit.backbone.VitConfig;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.checkpoint.weights.WeightImport;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Weights of other programs as an encoder of this one. */
@Command(
        name = "import",
        description =
                "Make an encoder of released weights: .safetensors or .pth of timm, DINO, DINOv2, DeiT, MoCo v3, iBOT, MAE"
                        + " or Hugging Face, for embed, evaluate and attend.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class ImportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The weights.")
    private Path file = Path.of("");

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The encoder to write, .safetensors.")
    private Path out = Path.of("");

    @Option(
            names = "--heads",
            defaultValue = "0",
            description = "Attention heads, which weights do not tell. Default: one per 64 of the width.")
    private int heads;

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        try (Scope scope = Scope.open()) {
            WeightImport weights = WeightImport.open(file);
            VitConfig config = weights.config(heads);
            VisionTransformer vit = config.build(0, Scope.keep(Engine.device("cpu")));
            WeightImport.Report report = weights.into(vit);
            EncoderFile.write(out, vit, Map.of("imported", file.getFileName().toString()));
            System.err.printf(
                    "%d tensors of a ViT: width %d, %d blocks, %d heads, patch %d, %d x %d pixels, %d registers%n",
                    report.loaded(),
                    config.width(),
                    config.depth(),
                    config.heads(),
                    config.patch(),
                    config.imageSize(),
                    config.imageSize(),
                    config.registers());
            if (!report.besides().isEmpty()) {
                System.err.println("Left out, no part of the backbone: " + String.join(", ", report.besides()));
            }
            System.err.printf("Wrote %s%nNext: cyphervit evaluate knn --encoder %s --data FOLDER%n", out, out);
            json.put("encoder", out.toString())
                    .put("tensors", report.loaded())
                    .put("left_out", report.besides().size())
                    .print();
            return 0;
        }
    }
}
