package org.cyphervit.cli.command;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.mil.fit.AggregatorExport;
import org.cyphervit.mil.fit.TrainedAggregator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "export",
        description = {
            "Carry a model of 'slide train' to other tools: from features (N,D) to what is said of the slide, and attention.",
            "onnx: ONNX Runtime. torchscript: LibTorch 1.13 on, torch.jit.load, DJL. The encoder is exported by 'export'."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class SlideExportCommand implements Callable<Integer> {
    @Option(names = "--model", required = true, paramLabel = "FOLDER", description = "What 'slide train' wrote.")
    private Path model = Path.of(".");

    @Option(names = "--format", required = true, description = "onnx or torchscript.")
    private AggregatorExport.Format format = AggregatorExport.Format.ONNX;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where the files go.")
    private Path out = Path.of(".");

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        try (TrainedAggregator trained = TrainedAggregator.read(model, new Device("cpu"))) {
            List<Path> files = AggregatorExport.write(out, format, trained);
            files.forEach(System.err::println);
            json.put("files", files.stream().map(Path::toString).toList())
                    .put("width", trained.config().width())
                    .put("classes", trained.config().classes())
                    .print();
        }
        return 0;
    }
}
