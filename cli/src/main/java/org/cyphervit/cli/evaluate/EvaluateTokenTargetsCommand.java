package org.cyphervit.cli.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.augment.ViewMeasure;
import org.cyphervit.augment.Views;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.Tell;
import org.cyphervit.cli.option.DeviceOption;
import org.cyphervit.cli.option.EncoderOption;
import org.cyphervit.cli.option.FolderOptions;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.TileOptions;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.report.Evaluation;
import org.cyphervit.data.ExampleTiles;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.Unreadable;
import org.cyphervit.eval.UntrainedBaseline;
import org.cyphervit.eval.table.Table;
import org.cyphervit.eval.table.TableFormat;
import org.cyphervit.image.RgbImage;
import org.cyphervit.ssl.tokens.MapAgreement;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "token-targets",
        description = {
            "Where CypherViT's final tokens look: the correlation, over the patches of a tile, of each token's map with the"
                    + " tile's haematoxylin and nuclei (by stain separation), as the mean over tiles; beside it that of the same network"
                    + " untrained.",
            "1 is a token that holds exactly those patches, 0 one that holds them as often as any"
                    + " other, below 0 one that avoids them."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class EvaluateTokenTargetsCommand implements Callable<Integer> {
    private static final List<ViewMeasure> MEASURES = List.of(ViewMeasure.HAEMATOXYLIN, ViewMeasure.NUCLEI);

    @Mixin
    private EncoderOption encoder = new EncoderOption();

    @Option(names = "--data", required = true, paramLabel = "TILES", description = FolderOptions.PLACES)
    private String data = "";

    @Option(names = "--count", defaultValue = "64", description = "Tiles to look at, class by class. Default: 64.")
    @Within(least = 1, most = 100_000)
    private int count;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Mixin
    private TileOptions tiles = new TileOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    private final Unreadable unreadable = new Unreadable();

    @Override
    public Integer call() throws Exception {
        Device where = device.open();
        TileSource source = tiles.open(data);
        List<Integer> chosen = ExampleTiles.of(source, count);
        Map<String, double[]> columns;
        try (Backbone backbone = EncoderFile.read(encoder.path(), where);
                Backbone twin = UntrainedBaseline.of(encoder.path(), backbone, where)) {
            if (backbone.config().maps().phenotypes() == 0) {
                throw new UserError(
                        "'" + encoder.path() + "' (" + backbone.config().description()
                                + ") has no tokens that share patches out. 'cyphervit attend' shows its attention.");
            }
            columns = agreement(Map.of("", backbone, "_untrained", twin), source, chosen, where);
        }
        Tell.unreadable(unreadable.names());
        int seen = chosen.size() - unreadable.names().size();
        Table correlations = table(columns, seen);
        System.err.println(correlations.write(TableFormat.TXT));
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("tiles", seen);
        numbers.put("unreadable", unreadable.names());
        numbers.putAll(columns);
        String of = "1 " + source.fingerprint() + " count " + count;
        Evaluation.keep(
                List.of(encoder.path()),
                new Evaluation.Found("token-targets", of, data, correlations, List.of(), numbers));
        numbers.forEach(json::put);
        json.print();
        return 0;
    }

    // By measure and network, the mean over tiles.
    private Map<String, double[]> agreement(
            Map<String, Backbone> networks, TileSource source, List<Integer> chosen, Device where) {
        Map<String, List<double[]>> each = new TreeMap<>();
        for (int tile : chosen) {
            RgbImage image;
            try {
                image = source.read(tile);
            } catch (IOException e) {
                unreadable.add(source.name(tile), e);
                continue;
            }
            networks.forEach((suffix, network) -> {
                int side = network.imageSize();
                byte[] rgb = Views.whole(image, side).rgb();
                MapAgreement.of(network, rgb, side, MEASURES, where)
                        .forEach((measure, byToken) -> each.computeIfAbsent(
                                        measure.name().toLowerCase(Locale.ROOT) + suffix, name -> new ArrayList<>())
                                .add(byToken));
            });
        }
        unreadable.requireFew(chosen.size());
        Map<String, double[]> means = new LinkedHashMap<>();
        each.forEach((name, byTile) -> means.put(name, means(byTile)));
        return means;
    }

    private static Table table(Map<String, double[]> columns, int tiles) {
        List<String> header = new ArrayList<>(List.of("token"));
        columns.keySet().forEach(name -> header.add(name.replace('_', ' ')));
        Table.Builder table = new Table.Builder("Where the final tokens look, " + Words.count(tiles, "tile"), header);
        int tokens = columns.values().iterator().next().length;
        for (int k = 0; k < tokens; k++) {
            List<String> row = new ArrayList<>(List.of(Integer.toString(k + 1)));
            for (double[] byToken : columns.values()) {
                row.add(String.format(Locale.ROOT, "%.3f", byToken[k]));
            }
            table.row(row);
        }
        return table.build();
    }

    // Of those images whose maps vary; 0 where none does.
    private static double[] means(List<double[]> each) {
        double[] means = new double[each.getFirst().length];
        for (int k = 0; k < means.length; k++) {
            int token = k;
            means[k] = each.stream()
                    .mapToDouble(byToken -> byToken[token])
                    .filter(Double::isFinite)
                    .average()
                    .orElse(0);
        }
        return means;
    }
}
