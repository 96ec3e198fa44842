package org.cyphervit.cli.command.encoder;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.command.Outputs;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.Within;
import org.cyphervit.encoders.ImportedEncoder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code encoders import} without an entry of the registry. */
@Command(
        name = "import",
        description =
                "Make an encoder of released weights: .safetensors or .pth of timm, DINO, DINOv2, DeiT, MoCo v3, iBOT, MAE"
                        + " or Hugging Face, for embed, evaluate and attend. 'encoders import' knows released ones by name.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class ImportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The weights.")
    private Path file = Path.of("");

    @Option(names = "--out", required = true, paramLabel = "FILE|FOLDER", description = Outputs.ENCODER)
    private Path out = Path.of("");

    @Option(
            names = "--heads",
            defaultValue = "0",
            description = "Attention heads, which weights do not tell. Default: one per 64 of the width.")
    @Within(most = 16_384)
    private int heads;

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        EncodersImportCommand.tell(ImportedEncoder.of(file, heads, Outputs.file(out, EncoderFile.NAME), null), json);
        json.print();
        return 0;
    }
}
