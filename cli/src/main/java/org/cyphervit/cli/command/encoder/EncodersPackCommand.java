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
import org.cyphervit.cli.command.Outputs;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.NamedEncoder;
import org.cyphervit.train.recipe.Recipes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "pack",
        description =
                "Write an encoder's weights in half precision, half as many bytes: to share it, or to ship it with this"
                        + " program. Its recipe keeps the last two names of each folder alone.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class EncodersPackCommand implements Callable<Integer> {
    @Mixin
    private NamedEncoder named = new NamedEncoder();

    @Option(names = "--out", required = true, paramLabel = "FILE|FOLDER", description = Outputs.ENCODER)
    private Path out = Path.of(".");

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        Path encoder = named.path();
        Path file = Outputs.file(out, EncoderFile.NAME);
        try (Backbone backbone = EncoderFile.read(encoder, new Device("cpu"))) {
            Map<String, String> notes = new LinkedHashMap<>(EncoderFile.notes(encoder));
            notes.computeIfPresent("recipe", (key, recipe) -> Recipes.withoutFolders(recipe));
            EncoderFile.write(file, backbone, notes, ScalarType.Half);
        }
        System.err.printf("Wrote %s, %.1f MiB%n", file, Files.size(file) / 1048576.0);
        json.put("encoder", file.toString()).put("bytes", Files.size(file)).print();
        return 0;
    }
}
