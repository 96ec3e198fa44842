package org.cyphervit.cli.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.bytedeco.pytorch.Device;
import org.cyphervit.Ranges;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderBox;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.Tell;
import org.cyphervit.cli.command.interpret.AttendCommand;
import org.cyphervit.cli.option.DeviceOption;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.report.Evaluation;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.cli.terminal.Tables;
import org.cyphervit.data.Unreadable;
import org.cyphervit.eval.UntrainedBaseline;
import org.cyphervit.eval.table.Table;
import org.cyphervit.eval.table.TableFormat;
import org.cyphervit.image.RgbImage;
import org.cyphervit.interpret.PhenotypeMaps;
import org.cyphervit.interpret.masks.ColorClusters;
import org.cyphervit.interpret.masks.MapScore;
import org.cyphervit.interpret.masks.MapSummary;
import org.cyphervit.interpret.masks.MaskedImage;
import org.cyphervit.interpret.masks.MaskedImages;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "maps",
        description = {
            "Measure phenotype maps against masks: CypherViT's tokens and a ViT's heads, untrained ones, and pixels clustered"
                    + " by colour, one map of everything.",
            "best: the map that is best in each image; one for all: the map that is best on the other images; matched: every"
                    + " class with a map of its own."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class EvaluateMapsCommand implements Callable<Integer> {
    /** What generated fields are looked at for. */
    enum Generated {
        NUCLEI,
        PHENOTYPES
    }

    @Option(
            names = "--encoder",
            defaultValue = EncoderBox.NAME,
            arity = "1..*",
            paramLabel = "RUN",
            description = "Runs' folders, encoder files or names of imported encoders, each a row."
                    + " Default: the encoder that comes with this program.")
    private List<Path> encoders = List.of();

    @Option(names = "--images", paramLabel = "FOLDER", description = "Images of any size.")
    private @Nullable Path images;

    @Option(names = "--masks", paramLabel = "FOLDER", description = "Masks of the same names, black where nothing is.")
    private @Nullable Path masks;

    @Option(names = "--generated", description = "Instead of folders: generated fields and their nuclei or phenotypes.")
    private @Nullable Generated generated;

    @Option(names = "--count", defaultValue = "20", description = "Generated fields. Default: ${DEFAULT-VALUE}.")
    @Within(least = 1, most = 100_000)
    private int count;

    @Option(
            names = "--scale",
            defaultValue = "0",
            description =
                    "Size the images' shorter side is brought to, pixels. Default: by --mpp the encoder's scale; without it"
                            + " as they are, but no larger than a few of the encoder's images.")
    @Within(most = Ranges.LARGEST_SIDE)
    private int scale;

    @Option(
            names = "--mpp",
            paramLabel = "UM",
            description =
                    "Microns per pixel of --images: they are brought to the scale that the encoders were trained at.")
    @Within(least = 0.02, most = 100)
    private @Nullable Double mpp;

    @Option(
            names = "--shifts",
            defaultValue = "4",
            description =
                    "How many times finer than the patches the maps are; the time grows with its square. Default: 4.")
    @Within(least = 1, most = 1024)
    private int shifts;

    @Option(names = "--seed", defaultValue = "0", description = "Seed of generated fields and clusters. Default: 0.")
    private long seed;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Option(names = "--out", paramLabel = "FILE|FOLDER", description = Tables.OUT)
    private @Nullable Path out;

    @Mixin
    private JsonOption json = new JsonOption();

    private final Unreadable unreadable = new Unreadable();

    @Override
    public Integer call() throws Exception {
        List<MaskedImage> all = open();
        Tell.unreadable(unreadable.names());
        List<MapSummary> rows = new ArrayList<>();
        int tokens = 0;
        Device where = device.open();
        for (Path encoder : encoders) {
            try (Backbone backbone = EncoderFile.read(encoder, where);
                    Backbone twin = UntrainedBaseline.of(encoder, backbone, where)) {
                String name = name(encoder);
                tokens = Math.max(
                        tokens,
                        PhenotypeMaps.of(backbone, all.getFirst().image(), 1, where)
                                .tokens());
                rows.add(judge(
                        name,
                        all,
                        image ->
                                PhenotypeMaps.of(backbone, image, shifts, where).shares()));
                rows.add(judge(
                        name + ", untrained",
                        all,
                        image -> PhenotypeMaps.of(twin, image, shifts, where).shares()));
            }
        }
        int k = Math.max(2, tokens);
        ColorClusters shared =
                ColorClusters.of(all.stream().map(MaskedImage::image).toList(), k, seed);
        rows.add(judge("colours of all images", all, shared::maps));
        rows.add(judge(
                "colours of each image",
                all,
                image -> ColorClusters.of(List.of(image), k, seed).maps(image)));
        rows.add(judge("the whole image", all, ColorClusters::everything));
        Table table = table(all.size(), rows);
        System.err.println("\n" + table.write(TableFormat.TXT));
        if (out != null) {
            Tables.write(out, "maps", table);
        }
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("images", all.size());
        numbers.put("unreadable", unreadable.names());
        numbers.put("maps", rows.stream().map(EvaluateMapsCommand::entry).toList());
        Evaluation.keep(encoders, found(table, rows, numbers));
        numbers.forEach(json::put);
        json.print();
        return 0;
    }

    private Evaluation.Found found(Table table, List<MapSummary> rows, Map<String, Object> numbers) {
        String on = generated != null
                ? count + " generated fields, " + generated.name().toLowerCase(Locale.ROOT)
                : images + " with masks " + masks;
        List<String> judged = encoders.stream().map(EvaluateMapsCommand::name).toList();
        List<String> baselines = rows.stream()
                .map(MapSummary::name)
                .filter(name -> !judged.contains(name))
                .toList();
        String of = String.join(
                " ", "1", on, "scale " + scale + (mpp == null ? "" : " at " + mpp), "shifts " + shifts, "seed " + seed);
        return new Evaluation.Found("maps", of, on, table, baselines, numbers);
    }

    private static String name(Path encoder) {
        return String.valueOf(encoder.toAbsolutePath().normalize().getFileName());
    }

    private List<MaskedImage> open() throws Exception {
        int side = scale == 0 ? 192 : scale;
        if (generated != null) {
            return generated == Generated.NUCLEI
                    ? MaskedImages.nuclei(count, side, seed)
                    : MaskedImages.phenotypes(count, side, seed);
        }
        if (images == null || masks == null) {
            throw new UserError("Which images? Give --images FOLDER and --masks FOLDER, or --generated.");
        }
        double factor = scale == 0 && mpp != null ? mpp / encodersMpp() : 1;
        int most = scale == 0 && mpp == null ? largest() : Integer.MAX_VALUE;
        if (scale == 0 && mpp == null) {
            System.err.println(
                    "How many microns a pixel of the images shows is unknown, so they are shown as they are, their"
                            + " shorter side at most " + most
                            + " pixels. Give --mpp for the scale that the encoder was trained at.");
        }
        return MaskedImages.folders(
                images,
                masks,
                shorter -> scale > 0 ? scale : Math.toIntExact(Math.clamp(Math.round(shorter * factor), 1, most)),
                unreadable);
    }

    // Pixels: images of unknown scale that are much larger than what encoders were shown would take minutes each.
    private int largest() throws IOException {
        int largest = 0;
        for (Path encoder : encoders) {
            try (Backbone backbone = EncoderFile.read(encoder, Scope.keep(Engine.device("cpu")))) {
                largest = Math.max(largest, AttendCommand.MOST_WINDOWS * backbone.imageSize());
            }
        }
        return largest;
    }

    // Of all encoders, as they are measured on the same images.
    private double encodersMpp() throws IOException {
        Double first = null;
        for (Path encoder : encoders) {
            Double own = EncoderFile.spec(encoder).micronsPerPixel();
            if (own == null) {
                throw new UserError("'" + encoder + "' does not say how many microns its pixels were, so --mpp does not"
                        + " help. Give --scale, or store it: cyphervit encoders set --encoder " + encoder
                        + " --tile-microns UM.");
            }
            first = first == null ? own : first;
            if (Math.abs(own - first) > 0.01 * first) {
                throw new UserError("The encoders were trained at different scales, " + first + " and " + own
                        + " microns per pixel. Measure them one at a time, or give --scale.");
            }
        }
        return Objects.requireNonNull(first, "an encoder is required");
    }

    private static MapSummary judge(String name, List<MaskedImage> images, Function<RgbImage, List<float[]>> maps) {
        Progress progress = new Progress(name, images.size());
        List<MapScore> scores = new ArrayList<>();
        for (MaskedImage image : images) {
            scores.add(MapScore.of(maps.apply(image.image()), image));
            progress.accept(scores.size());
        }
        return MapSummary.of(name, scores, images.getFirst().isBinary());
    }

    private static Table table(int images, List<MapSummary> rows) {
        Table.Builder table = new Table.Builder(
                "Maps against masks of " + Words.count(images, "image"),
                List.of(
                        "maps",
                        "best Dice",
                        "best IoU",
                        "best AUROC",
                        "matched Dice",
                        "matched IoU",
                        "Dice, one for all",
                        "AUROC, one for all"));
        for (MapSummary row : rows) {
            table.row(List.of(
                    row.name(),
                    number(row.bestDice()),
                    number(row.bestIou()),
                    number(row.bestAuroc()),
                    number(row.matchedDice()),
                    number(row.matchedIou()),
                    number(row.fixedDice()),
                    number(row.fixedAuroc())));
        }
        return table.build();
    }

    private static Map<String, Object> entry(MapSummary row) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", row.name());
        entry.put("best_dice", row.bestDice());
        entry.put("best_iou", row.bestIou());
        entry.put("best_auroc", row.bestAuroc());
        entry.put("matched_dice", row.matchedDice());
        entry.put("matched_iou", row.matchedIou());
        entry.put("fixed_dice", row.fixedDice());
        entry.put("fixed_auroc", row.fixedAuroc());
        return entry;
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.3f", value);
    }
}
