package org.cyphervit.cli.command.encoder;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.Tell;
import org.cyphervit.cli.command.Outputs;
import org.cyphervit.cli.option.DeviceOption;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.NamedEncoder;
import org.cyphervit.cli.option.TileOptions;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.Unreadable;
import org.cyphervit.interpret.PatchClusters;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "cluster",
        description = {
            "Give a vision transformer phenotypes: its patch features over many tiles are sorted into clusters (k-means).",
            "The encoder that is written has the same features, and maps for attend, map, evaluate maps, serve and export."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class EncodersClusterCommand implements Callable<Integer> {
    @Mixin
    private NamedEncoder named = new NamedEncoder();

    @Option(
            names = "--data",
            required = true,
            paramLabel = "TILES",
            description = "Tiles at the encoder's scale, such as those that 'tile' cut from the slides to be mapped.")
    private String data = "";

    @Option(names = "--out", required = true, paramLabel = "FILE|FOLDER", description = Outputs.ENCODER)
    private Path out = Path.of(".");

    @Option(
            names = "--count",
            defaultValue = "8",
            description = "Number of clusters, 2 to 64. Default: ${DEFAULT-VALUE}.")
    @Within(least = 2, most = 64)
    private int clusters;

    @Option(
            names = "--seed",
            defaultValue = "0",
            description = "Of the tiles that are drawn and of k-means. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Mixin
    private TileOptions tiles = new TileOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        Path encoder = named.path();
        Path file = Outputs.file(out, EncoderFile.NAME);
        Device where = device.open();
        TileSource source = tiles.open(data);
        Unreadable unreadable = new Unreadable();
        try (Backbone backbone = EncoderFile.read(encoder, where)) {
            PatchClusters options = new PatchClusters(clusters, PatchClusters.ENOUGH, seed);
            Progress progress = new Progress("tiles", options.tiles(backbone, source));
            try (Backbone clustered = options.of(backbone, source, where, progress, unreadable)) {
                Map<String, String> notes = new LinkedHashMap<>(EncoderFile.notes(encoder));
                notes.put("clustered", data);
                EncoderFile.write(file, clustered, notes);
            }
        }
        Tell.unreadable(unreadable.names());
        System.err.printf("%d clusters; wrote %s%n", clusters, file);
        json.put("encoder", file.toString())
                .put("clusters", clusters)
                .put("unreadable", unreadable.names())
                .print();
        return 0;
    }
}
