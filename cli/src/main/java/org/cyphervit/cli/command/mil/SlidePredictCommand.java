package org.cyphervit.cli.command.mil;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.cli.command.Outputs;
import org.cyphervit.cli.option.DeviceOption;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.SlideTableOptions;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.file.CsvTable;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.mil.bag.Bag;
import org.cyphervit.mil.bag.BagReader;
import org.cyphervit.mil.bag.Example;
import org.cyphervit.mil.bag.FeatureFolder;
import org.cyphervit.mil.bag.SlideTask;
import org.cyphervit.mil.fit.AttentionFiles;
import org.cyphervit.mil.fit.AttentionMap;
import org.cyphervit.mil.fit.TrainedAggregator;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideReader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "predict",
        description = {
            "Apply a model of 'slide train' to slides: what it predicts for each, and where it looks.",
            "Attention goes into files of each slide: h5 with coords and attention and, where the features say the tiles'"
                    + " side, GeoJSON of the tiles for QuPath and a pyramid that 'serve' lays over the slide."
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

    @Option(
            names = "--slides",
            arity = "1..*",
            paramLabel = "SLIDE",
            description =
                    "Also the slides themselves, or folders of them: a sheet of the most and least attended tiles of"
                            + " each.")
    private List<Path> slides = List.of();

    @Option(
            names = "--mpp",
            paramLabel = "UM",
            description = "Microns per pixel of --slides, for those that do not say it.")
    @Within(least = 0.02, most = 20)
    private @Nullable Double mpp;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        Device where = device.open();
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
                    attended += attention(
                                    bag,
                                    prediction.attention(),
                                    trained.config().encoder())
                            ? 1
                            : 0;
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
                "%s in %s; attention of %d of them beside it%n",
                Words.count(rows.size(), "slide"), out.resolve("predictions.csv"), attended);
        json.put("predictions", out.resolve("predictions.csv").toString())
                .put("slides", said)
                .put("attention", attended)
                .print();
        return 0;
    }

    private boolean attention(Bag bag, float[] attention, String encoder) throws IOException {
        Bag.Places places = bag.places();
        if (places == null) {
            return false;
        }
        AttentionFiles.write(out.resolve("attention"), bag, attention);
        if (places.side() > 0) {
            Path file = slides.isEmpty() ? null : find(slides, bag.slide());
            String name = file == null ? bag.slide() : String.valueOf(file.getFileName());
            Path maps = out.resolve("maps").resolve(bag.slide().replace('/', '_'));
            AttentionMap.pyramid(maps, bag, attention, name, encoder);
            if (file != null) {
                OptionalDouble given = mpp == null ? OptionalDouble.empty() : OptionalDouble.of(mpp);
                try (Slide slide = Slide.open(file, SlideReader.AUTO, given)) {
                    ImageFiles.writePng(maps.resolve("tiles.png"), AttentionMap.gallery(bag, attention, slide));
                }
            }
        }
        return true;
    }

    /** The file of that name with any ending. */
    static Path find(List<Path> places, String slide) throws IOException {
        for (Path place : places) {
            try (Stream<Path> files = Files.walk(place, 4)) {
                Optional<Path> found = files.filter(Files::isRegularFile)
                        .filter(file -> Outputs.withoutExtension(String.valueOf(file.getFileName()))
                                .equals(slide))
                        .min(Comparator.naturalOrder());
                if (found.isPresent()) {
                    return found.get();
                }
            }
        }
        throw new UserError("There is no slide '" + slide + "' in " + places
                + ", whose features are there. Name the folder of all slides, or leave it out.");
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
