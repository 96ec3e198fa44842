package org.cyphervit.cli.evaluate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.bytedeco.pytorch.Device;
import org.cyphervit.Ranges;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderBox;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.option.DeviceOption;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.report.Evaluation;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.cli.terminal.Tables;
import org.cyphervit.eval.UntrainedBaseline;
import org.cyphervit.eval.table.Table;
import org.cyphervit.eval.table.TableFormat;
import org.cyphervit.interpret.masks.DenseProbe;
import org.cyphervit.interpret.masks.MaskedImage;
import org.cyphervit.interpret.masks.MaskedImages;
import org.cyphervit.interpret.masks.PatchFeatures;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "dense",
        description = {
            "Measure what features of patches know of masks: a logistic probe learns on some patients and is judged on the"
                    + " others, pixel by pixel; beside it the same backbone untrained, its token maps, and colours.",
            "Every image is judged once, by a probe that did not see its patient."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class EvaluateDenseCommand implements Callable<Integer> {
    @Option(
            names = "--encoder",
            defaultValue = EncoderBox.NAME,
            arity = "1..*",
            paramLabel = "RUN",
            description = "Runs' folders, encoder files or names of imported encoders, each with rows of its own."
                    + " Default: the encoder that comes with this program.")
    private List<Path> encoders = List.of();

    @Option(names = "--images", required = true, paramLabel = "FOLDER", description = "Images of any size.")
    private Path images = Path.of("");

    @Option(
            names = "--masks",
            required = true,
            paramLabel = "FOLDER",
            description = "Masks of the same names, black where nothing is.")
    private Path masks = Path.of("");

    @Option(
            names = "--patient",
            paramLabel = "REGEX",
            description = "What in an image's name is its patient: the first group. Default: each image is its own.")
    private @Nullable String patient;

    @Option(
            names = "--scale",
            defaultValue = "0",
            description = "Size the images' shorter side is brought to, pixels. Default: as they are.")
    @Within(most = Ranges.LARGEST_SIDE)
    private int scale;

    @Option(
            names = "--window",
            defaultValue = "0",
            description = "Side of the windows that the encoder sees, pixels. Default: the encoder's image size.")
    @Within(most = Ranges.LARGEST_SIDE)
    private int window;

    @Option(names = "--folds", defaultValue = "5", description = "Parts that patients are dealt into. Default: 5.")
    @Within(least = 2, most = 1000)
    private int folds;

    @Option(
            names = "--seed",
            defaultValue = "0",
            description = "Seed of folds, draws and untrained weights. Default: 0.")
    private long seed;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Option(names = "--out", paramLabel = "FILE|FOLDER", description = Tables.OUT)
    private @Nullable Path out;

    @Mixin
    private JsonOption json = new JsonOption();

    private record Row(String name, List<DenseProbe.Score> scores) {
        double dice() {
            return mean(scores.stream().mapToDouble(DenseProbe.Score::dice).toArray());
        }

        double auroc() {
            return mean(scores.stream().mapToDouble(DenseProbe.Score::auroc).toArray());
        }

        private static double mean(double[] values) {
            return java.util.Arrays.stream(values)
                    .filter(value -> !Double.isNaN(value))
                    .average()
                    .orElse(Double.NaN);
        }
    }

    @Override
    public Integer call() throws Exception {
        List<MaskedImage> all = MaskedImages.folders(images, masks, scale);
        List<Row> rows = new ArrayList<>();
        Device where = device.open();
        int patch = 8;
        for (Path encoder : encoders) {
            try (Backbone backbone = EncoderFile.read(encoder, where);
                    Backbone twin = UntrainedBaseline.of(encoder, backbone, where)) {
                String name =
                        String.valueOf(encoder.toAbsolutePath().normalize().getFileName());
                int side = window == 0 ? backbone.config().imageSize() : window;
                patch = backbone.config().patch();
                rows.add(row(PatchFeatures.tokens(name + ", patches", backbone, side, where), all));
                rows.add(row(PatchFeatures.tokens(name + ", patches, untrained", twin, side, where), all));
                rows.add(row(PatchFeatures.shares(name + ", token maps", backbone, side, where), all));
                rows.add(row(PatchFeatures.shares(name + ", token maps, untrained", twin, side, where), all));
            }
        }
        rows.add(row(PatchFeatures.colors("colours of a patch", patch, patch), all));
        Table table = table(all.size(), rows);
        System.err.println("\n" + table.write(TableFormat.TXT));
        if (out != null) {
            Tables.write(out, "dense", table);
        }
        Map<String, Object> numbers = numbers(all.size(), rows);
        Evaluation.keep(encoders, found(table, rows, numbers));
        numbers.forEach(json::put);
        json.print();
        return 0;
    }

    private Row row(PatchFeatures features, List<MaskedImage> all) {
        Progress progress = new Progress(features.name(), all.size());
        return new Row(features.name(), new DenseProbe(folds, seed).of(features, all, this::patientOf, progress));
    }

    private String patientOf(String image) {
        if (patient == null) {
            return image;
        }
        try {
            Matcher matcher = Pattern.compile(patient).matcher(image);
            if (matcher.find() && matcher.groupCount() >= 1) {
                return matcher.group(1);
            }
        } catch (PatternSyntaxException e) {
            throw new UserError("--patient is no regular expression: " + e.getDescription() + ".", e);
        }
        throw new UserError("--patient '" + patient + "' finds no group in the name '" + image
                + "'. Put the part that names the patient in parentheses, such as '^([0-9]+)_'.");
    }

    private static Table table(int images, List<Row> rows) {
        Table.Builder table = new Table.Builder(
                "Masks of " + Words.count(images, "image") + " by a probe on patches; means over images",
                List.of("features", "Dice", "AUROC"));
        for (Row row : rows) {
            table.row(List.of(row.name(), number(row.dice()), number(row.auroc())));
        }
        return table.build();
    }

    private static Map<String, Object> numbers(int images, List<Row> rows) {
        List<Map<String, Object>> entries = new ArrayList<>();
        for (Row row : rows) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("name", row.name());
            entry.put("dice", row.dice());
            entry.put("auroc", row.auroc());
            entries.add(entry);
        }
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("images", images);
        numbers.put("probes", entries);
        return numbers;
    }

    private Evaluation.Found found(Table table, List<Row> rows, Map<String, Object> numbers) {
        String on = images + " with masks " + masks;
        String of = String.join(" ", "1", on, "scale " + scale, "window " + window, "folds " + folds, "seed " + seed);
        List<String> baselines = rows.stream()
                .map(Row::name)
                .filter(name -> name.endsWith("untrained") || name.startsWith("colours"))
                .toList();
        return new Evaluation.Found("dense", of, on, table, baselines, numbers);
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.3f", value);
    }
}
