package org.cyphervit.cli.command;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.option.DeviceOption;
import org.cyphervit.cli.option.EncoderOption;
import org.cyphervit.cli.option.FolderOptions;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.PoolOption;
import org.cyphervit.cli.option.TileOptions;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.cli.terminal.ScaleCheck;
import org.cyphervit.data.TileSource;
import org.cyphervit.embed.Embedder;
import org.cyphervit.embed.EmbeddingFiles;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Precision;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "embed",
        description = "Turn tiles into feature vectors, for this program, Python, R or Spark.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class EmbedCommand implements Callable<Integer> {
    @Mixin
    private EncoderOption encoder = new EncoderOption();

    @Option(names = "--data", required = true, arity = "1..*", paramLabel = "TILES", description = FolderOptions.PLACES)
    private List<String> data = List.of();

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where the files go.")
    private Path out = Path.of(".");

    @Option(
            names = "--format",
            defaultValue = "npy",
            description = "npy (features.npy and index.csv, which 'umap' reads), csv, parquet or h5. Default:"
                    + " ${DEFAULT-VALUE}.")
    private EmbeddingFiles.Format format = EmbeddingFiles.Format.NPY;

    @Mixin
    private PoolOption pool = new PoolOption();

    @Option(
            names = "--precision",
            defaultValue = "fp32",
            description =
                    "fp32, or bf16: faster where the processor has it (doctor tells), features that agree to two digits or three."
                            + " Default: fp32.")
    private String precision = "fp32";

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Mixin
    private TileOptions tiles = new TileOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        TileSource source = tiles.openAll(data);
        Backbone backbone = EncoderFile.read(encoder.path(), Engine.device(device.name()));
        ScaleCheck.warn(data, backbone);
        Progress progress = new Progress("embedding", source.size());
        long before = System.nanoTime();
        Embedder.Result result = Embedder.of(backbone, 0, device.name(), pool.choice())
                .withPrecision(Precision.parse(precision))
                .embed(backbone, source, progress);
        double rate = result.indices().length / ((System.nanoTime() - before) / 1e9);
        tiles.tellUnchanged();
        Path file = EmbeddingFiles.write(out, format, source, result, pool.in(EncoderFile.notes(encoder.path())));
        System.err.printf(
                "%d x %d features in %s (%.0f images/s); unreadable tiles: %d.%n",
                result.features().rows(),
                result.features().width(),
                file,
                rate,
                result.unreadable().size());
        json.put("features", file.toString());
        Path index = out.resolve(EmbeddingFiles.INDEX);
        if (format == EmbeddingFiles.Format.NPY || format == EmbeddingFiles.Format.H5) {
            json.put("index", index.toString());
        }
        json.put("tiles", result.features().rows())
                .put("width", result.features().width())
                .put("unreadable", result.unreadable())
                .put("images_per_second", rate)
                .print();
        return 0;
    }
}
