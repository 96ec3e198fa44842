package org.cyphervit.cli.command.encoder;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.train.recipe.Recipes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "pack",
        description =
                "Write an encoder's weights in half precision, half as many bytes: to share it, or to ship it with this"
                        + " program. Its recipe keeps the last two names of each folder alone.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class EncodersPackCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "RUN",
            description = "A run's folder, an encoder file, or the name of an imported encoder.")
    private Path encoder = Path.of(".");

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file to write, .safetensors.")
    private Path out = Path.of(".");

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        try (Backbone backbone = EncoderFile.read(encoder, new Device("cpu"))) {
            Map<String, String> notes = new LinkedHashMap<>(EncoderFile.notes(encoder));
            notes.computeIfPresent("recipe", (key, recipe) -> Recipes.withoutFolders(recipe));
            EncoderFile.write(out, backbone, notes, ScalarType.Half);
        }
        System.err.printf("Wrote %s, %.1f MiB%n", out, Files.size(out) / 1048576.0);
        json.put("encoder", out.toString()).put("bytes", Files.size(out)).print();
        return 0;
    }
}
