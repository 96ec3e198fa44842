package org.cyphervit.cli.command.interpret;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.option.DeviceOption;
import org.cyphervit.cli.option.EncoderOption;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.report.MapFolder;
import org.cyphervit.cli.report.MappedEncoder;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.cli.terminal.SettingFlags;
import org.cyphervit.cli.viewer.map.MapNaming;
import org.cyphervit.cli.viewer.map.ViewedMap;
import org.cyphervit.data.sets.TileLocation;
import org.cyphervit.data.stain.StainOptions;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.interpret.PhenotypeNames;
import org.cyphervit.interpret.map.MapOptions;
import org.cyphervit.interpret.map.Pyramid;
import org.cyphervit.interpret.map.SlideMap;
import org.cyphervit.interpret.map.SlideMapper;
import org.cyphervit.monitor.HealthFile;
import org.cyphervit.monitor.HealthFinding;
import org.cyphervit.monitor.HealthSummary;
import org.cyphervit.monitor.MapTrust;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideReader;
import org.cyphervit.slide.cohort.SlideSource;
import org.cyphervit.stain.StainFit;
import org.cyphervit.train.recipe.Recipe;
import org.cyphervit.train.recipe.Recipes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "map",
        description = {
            "Make the phenotype map of whole slides: a pyramid of layers, outlines and tiles for QuPath, features in h5, and"
                    + " a page to look at.",
            "Memory does not grow with the area of a slide."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class MapCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "SLIDE", description = "Slides, large images, or folders of them.")
    private List<Path> slides = List.of();

    @Mixin
    private EncoderOption encoder = new EncoderOption();

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "A folder in it for each slide.")
    private Path out = Path.of(".");

    @Option(
            names = "--tile-microns",
            paramLabel = "UM",
            description = "Side of the tissue in a tile that the encoder was trained on, in microns: 224 pixels at 0.5"
                    + " microns are 112. Default: what the encoder's file says.")
    @Within(least = 0.1, most = 10_000)
    private @Nullable Double tileMicrons;

    @Option(
            names = "--mpp",
            paramLabel = "UM",
            description = "Microns per pixel of the slides, for those that do not say it.")
    @Within(least = 0.02, most = 20)
    private @Nullable Double mpp;

    @Option(
            names = "--shifts",
            defaultValue = "2",
            description =
                    "How many times finer than the patches the map is; the time grows with its square. Default: 2.")
    @Within(least = 1, most = 1024)
    private int shifts;

    @Option(
            names = "--tissue",
            defaultValue = "0.5",
            description = "Share of a tile that must be tissue for it to be embedded. Default: ${DEFAULT-VALUE}.")
    @Within(most = 1)
    private double leastTissue;

    @Option(
            names = "--stain",
            paramLabel = "METHOD",
            description = "Normalize slides before they are shown, each measured as a whole: none, macenko, vahadane or"
                    + " reinhard. Default: as the encoder's recipe has it.")
    private @Nullable String stain;

    @Option(
            names = "--stain-target",
            paramLabel = "FILE",
            description = "An image, or what 'normalize --save-fit' wrote. Default: the method's reference.")
    private @Nullable Path stainTarget;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Mixin
    private JsonOption json = new JsonOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        Device where = device.open();
        List<Map<String, Object>> done = new ArrayList<>();
        int asked;
        List<String> before = new ArrayList<>();
        try (Backbone backbone = EncoderFile.read(encoder.path(), where)) {
            Map<String, String> notes = EncoderFile.notes(encoder.path());
            PhenotypeNames names = PhenotypeNames.of(backbone.config(), notes);
            Optional<Recipe> recipe = Optional.ofNullable(notes.get("recipe")).map(Recipes::parse);
            double side = tileMicrons != null ? tileMicrons : trainedOn(backbone, recipe);
            MapOptions options = new MapOptions(side / backbone.imageSize(), shifts, leastTissue, stainTarget(recipe));
            List<Path> found =
                    SlideSource.find(slides).stream().map(SlideSource::file).toList();
            asked = found.size();
            String settings = settings(options);
            for (Path path : found) {
                try {
                    Optional<Map<String, Object>> made = map(path, backbone, names, options, settings, where);
                    made.ifPresentOrElse(done::add, () -> before.add(path.toString()));
                } catch (UserError e) {
                    if (asked == 1) {
                        throw e;
                    }
                    System.err.println(
                            "Left out: " + SettingFlags.in(String.valueOf(e.getMessage()), spec.commandLine()));
                }
            }
        }
        int whole = done.size() + before.size();
        if (!before.isEmpty()) {
            System.err.println("Mapped before by the same encoder and settings, and left as they are: " + before.size()
                    + " of " + Words.count(asked, "slide") + ".");
        }
        if (whole == 0) {
            throw new UserError(
                    "Of " + Words.count(asked, "slide") + " none could be mapped; the reasons stand above.");
        }
        Path script = script();
        System.err.println("QuPath: run " + script + " in its script editor, with the slide open.");
        String left =
                "Left out: " + (asked - whole) + " of " + Words.count(asked, "slide") + "; the reasons stand above.";
        if (whole < asked) {
            System.err.println(left);
        }
        return json.put("maps", done)
                .put("done_before", before)
                .put("script", script.toString())
                .print(whole == asked, left);
    }

    // What slides are normalized to: by --stain, else by the method that the encoder's tiles were.
    private Optional<StainFit> stainTarget(Optional<Recipe> recipe) {
        StainOptions trained = recipe.map(Recipe::stain).orElse(StainOptions.NONE);
        StainOptions options = new StainOptions(
                stain != null ? stain : trained.method(),
                trained.fit(),
                stainTarget != null ? stainTarget.toString() : stain != null ? "" : trained.target());
        if (stainTarget != null && options.chosen().isEmpty()) {
            throw new UserError("--stain-target needs a method: --stain macenko, vahadane or reinhard.");
        }
        if (stain == null && options.chosen().isPresent()) {
            System.err.println("Slides are normalized by " + trained.method()
                    + ", as the tiles that the encoder was trained on (--stain none for slides as they are).");
        }
        return options.chosen().map(options::targetFor);
    }

    // Microns, by the encoder's file, else (earlier versions) by the tiles of its recipe as long as they lie where they
    // did.
    private double trainedOn(Backbone backbone, Optional<Recipe> recipe) throws IOException {
        OptionalDouble known = backbone.spec().tileMicrons(backbone.config());
        if (known.isEmpty() && recipe.isPresent()) {
            known = TileLocation.tileMicrons(recipe.get().data());
        }
        if (known.isEmpty()) {
            throw new UserError("How much tissue did the encoder see in a tile? Its file does not say it. Give"
                    + " --tile-microns: 224 pixels at 0.5 microns are 112. To store it: cyphervit encoders set --encoder "
                    + encoder.path()
                    + " --tile-microns UM.");
        }
        System.err.printf(
                Locale.ROOT, "A tile is %.4g microns wide, as those that the encoder saw.%n", known.getAsDouble());
        return known.getAsDouble();
    }

    // The import script, which knows where the maps are.
    private Path script() throws IOException {
        String name = "import-phenotypes.groovy";
        try (InputStream stream = Objects.requireNonNull(MapCommand.class.getResourceAsStream("qupath/" + name))) {
            String folder = out.toAbsolutePath()
                    .normalize()
                    .toString()
                    .replace('\\', '/')
                    .replace("'", "\\'")
                    .replace("\n", "\\n")
                    .replace("\r", "\\r");
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            Path file = out.resolve(name);
            AtomicFiles.write(file, text.replace("'FOLDER'", "'" + folder + "'"));
            return file;
        }
    }

    private HealthFinding trust(SlideMap map) throws IOException {
        String seen = EncoderFile.notes(encoder.path()).get(EncoderFile.IMAGES_SEEN);
        return new MapTrust(map.certainty().entropy(), map.certainty().strongest(), map.areas())
                .verdict(
                        HealthSummary.standing(HealthFile.read(encoder.path())),
                        seen == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(seen)));
    }

    // What a map depends on besides its slide. Names may change later, and do so in the map, too.
    private String settings(MapOptions options) throws IOException {
        return new StringJoiner("; ")
                .add("encoder " + MappedEncoder.fingerprint(encoder.path()))
                .add("mpp " + options.mpp())
                .add("slides' mpp " + mpp)
                .add("shifts " + options.shifts())
                .add("tissue " + options.leastTissue())
                .add("stain " + options.target().map(StainFit::toJson).orElse("none"))
                .toString();
    }

    // Empty if the slide was mapped before.
    private Optional<Map<String, Object>> map(
            Path path, Backbone backbone, PhenotypeNames names, MapOptions options, String settings, Device where)
            throws IOException {
        OptionalDouble given = mpp == null ? OptionalDouble.empty() : OptionalDouble.of(mpp);
        try (Slide slide = Slide.open(path, SlideReader.AUTO, given)) {
            Path folder = out.resolve(MapFolder.stem(slide));
            if (MapFolder.isDone(folder, settings)) {
                MapNaming.apply(ViewedMap.read(folder), names.names()); // given since the map was made
                return Optional.empty();
            }
            Pyramid pyramid = new Pyramid(folder, MapFolder.colors(names.names().size()));
            long begun = System.nanoTime();
            SlideMap map = SlideMapper.map(
                    backbone,
                    slide,
                    options,
                    where,
                    pyramid,
                    new Progress("thousandths of " + path.getFileName(), 1000));
            String name =
                    String.valueOf(encoder.path().toAbsolutePath().normalize().getFileName());
            pyramid.finish();
            HealthFinding trust = trust(map);
            List<Path> files = new MapFolder(
                            folder,
                            names,
                            name,
                            MappedEncoder.place(encoder.path()).toString(),
                            options.mpp(),
                            backbone.spec().notes(backbone.config()),
                            settings,
                            trust)
                    .write(slide, map, pyramid.overview());
            System.err.printf(
                    "%s: %.2f mm² of tissue, %s, %.0f s; look at %s%n",
                    path.getFileName(),
                    map.tissueMm2(),
                    Words.count(map.tiles().features().rows(), "tile"),
                    (System.nanoTime() - begun) / 1e9,
                    files.getFirst());
            if (trust.severity() != HealthFinding.Severity.GOOD) {
                System.err.println(trust.symptom() + ". " + trust.evidence());
            }
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("slide", path.toString());
            entry.put("files", files.stream().map(Path::toString).toList());
            entry.put("names", names.names());
            entry.put("areas", map.areas());
            entry.put("mean_assignment", map.shares());
            entry.put("entropy", map.certainty().entropy());
            entry.put("trust", trust.severity().key());
            entry.put("tissue_mm2", map.tissueMm2());
            entry.put("tiles", map.tiles().features().rows());
            return Optional.of(entry);
        }
    }
}
