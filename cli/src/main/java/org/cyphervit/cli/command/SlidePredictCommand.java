package org.cyphervit.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.SlideTableOptions;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.file.CsvTable;
import org.cyphervit.mil.bag.Bag;
import org.cyphervit.mil.bag.BagReader;
import org.cyphervit.mil.bag.Example;
import org.cyphervit.mil.bag.FeatureFolder;
import org.cyphervit.mil.bag.SlideTask;
import org.cyphervit.mil.fit.AttentionFiles;
import org.cyphervit.mil.fit.TrainedAggregator;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "predict",
        description = {
            "Say of each slide what a model of 'slide train' thinks of it, and where it looks.",
            "Attention goes into a file of each slide: h5 with coords and attention, and GeoJSON of the tiles for QuPath"
                    + " where the features say the tiles' side."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class SlidePredictCommand implements Callable<Integer> {
    @Option(names = "--model", required = true, paramLabel = "FOLDER", description = "What 'slide train' wrote.")
    private Path model = Path.of(".");

    @Option(names = "--features", required = true, paramLabel = "FOLDER", description = "Features of slides.")
    private Path features = Path.of(".");

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "predictions.csv and attention.")
    private Path out = Path.of(".");

    @Option(names = "--device", defaultValue = "cpu", description = "cpu, cuda, cuda:1, ... Default: cpu.")
    private String device = "cpu";

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        Device where = Scope.keep(Engine.device(device));
        List<List<String>> rows = new ArrayList<>();
        List<Map<String, Object>> said = new ArrayList<>();
        int attended = 0;
        try (FeatureFolder folder = SlideTableOptions.open(features, out);
                TrainedAggregator trained = TrainedAggregator.read(model, where)) {
            List<String> names =
                    outputs(trained.config().task(), trained.config().classes());
            Progress progress = new Progress("slides", folder.slides().size());
            for (String slide : folder.slides()) {
                Bag bag = folder.bag(slide);
                BagReader.requireFinite(bag);
                TrainedAggregator.Prediction prediction = trained.predict(Example.of(bag));
                List<String> row = new ArrayList<>(List.of(slide, String.valueOf(bag.rows())));
                Map<String, Object> entry = new LinkedHashMap<>();
                entry.put("slide", slide);
                entry.put("tiles", bag.rows());
                for (int i = 0; i < names.size(); i++) {
                    row.add(String.valueOf(prediction.outputs()[i]));
                    entry.put(names.get(i), prediction.outputs()[i]);
                }
                row.add(trained.config().verdict(prediction.outputs()));
                entry.put("verdict", row.getLast());
                if (prediction.attention() != null) {
                    attended += attention(bag, prediction.attention()) ? 1 : 0;
                }
                rows.add(row);
                said.add(entry);
                progress.accept(rows.size());
            }
            List<String> head = new ArrayList<>(List.of("slide", "tiles"));
            head.addAll(names);
            head.add("verdict");
            CsvTable.write(out.resolve("predictions.csv"), head, rows);
        }
        System.err.printf(
                "%d slides in %s; attention of %d of them beside it%n",
                rows.size(), out.resolve("predictions.csv"), attended);
        json.put("predictions", out.resolve("predictions.csv").toString())
                .put("slides", said)
                .put("attention", attended)
                .print();
        return 0;
    }

    private boolean attention(Bag bag, float[] attention) throws IOException {
        if (bag.places() == null) {
            return false;
        }
        AttentionFiles.write(out.resolve("attention"), bag, attention);
        return true;
    }

    /** Names of a model's outputs, for tables. */
    static List<String> outputs(SlideTask task, List<String> classes) {
        return switch (task) {
            case CLASSES -> classes.stream().map(name -> "p_" + name).toList();
            case NUMBER -> List.of("estimate");
            case SURVIVAL -> List.of("log_risk");
        };
    }
}
