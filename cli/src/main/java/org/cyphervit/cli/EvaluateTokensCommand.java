package org.cyphervit.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.data.TileSource;
import org.cyphervit.ssl.tokens.MapAgreement;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import org.cyphervit.view.ViewMeasure;
import org.cyphervit.view.Views;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "tokens",
        description = {
            "Where CypherViT's final tokens look: the correlation, over the patches of a tile, of each token's map with the"
                    + " tile's haematoxylin and nuclei (by stain separation), as the mean over tiles.",
            "1 is a token that holds exactly those patches, 0 one that does not care, below 0 one that avoids them."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class EvaluateTokensCommand implements Callable<Integer> {
    @Option(
            names = "--encoder",
            required = true,
            paramLabel = "RUN",
            description = "A run's folder or an encoder file.")
    private Path encoder = Path.of("");

    @Option(names = "--data", required = true, paramLabel = "FOLDER", description = "Folder of tiles.")
    private Path data = Path.of("");

    @Option(names = "--count", defaultValue = "64", description = "Tiles to look at, class by class. Default: 64.")
    private int count;

    @Option(names = "--device", defaultValue = "cpu", description = "cpu, cuda, cuda:1, ... Default: cpu.")
    private String device = "cpu";

    @Mixin
    private TileOptions tiles = new TileOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        if (count < 1) {
            throw new UserError("--count must be at least 1; got " + count + ".");
        }
        Device where = Scope.keep(Engine.device(device));
        Backbone backbone = EncoderFile.read(encoder, where);
        TileSource source = tiles.open(data);
        List<Integer> chosen = Examples.of(source, count);
        int side = backbone.config().imageSize();
        Map<ViewMeasure, double[]> agreement = new LinkedHashMap<>();
        for (ViewMeasure measure : List.of(ViewMeasure.HAEMATOXYLIN, ViewMeasure.NUCLEI)) {
            List<double[]> each = new ArrayList<>();
            for (int tile : chosen) {
                byte[] rgb = Views.whole(source.read(tile), side).rgb();
                each.add(MapAgreement.of(backbone, rgb, side, measure, where));
            }
            agreement.put(measure, means(each));
        }
        int tokens = agreement.values().iterator().next().length;
        if (tokens == 0) {
            throw new UserError("'" + encoder
                    + "' is a ViT, whose one token shares nothing out. 'cyphervit attend' shows" + " its attention.");
        }
        System.err.printf("%d tiles%n%-8s", chosen.size(), "token");
        agreement.keySet().forEach(measure -> System.err.printf("%14s", name(measure)));
        System.err.println();
        for (int k = 0; k < tokens; k++) {
            System.err.printf("%-8d", k + 1);
            for (double[] byToken : agreement.values()) {
                System.err.printf(Locale.ROOT, "%14.3f", byToken[k]);
            }
            System.err.println();
        }
        json.put("tiles", chosen.size());
        agreement.forEach((measure, byToken) -> json.put(name(measure), byToken));
        json.print();
        return 0;
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

    private static String name(ViewMeasure measure) {
        return measure.name().toLowerCase(Locale.ROOT);
    }
}
