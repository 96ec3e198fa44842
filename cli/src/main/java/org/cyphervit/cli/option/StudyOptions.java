package org.cyphervit.cli.option;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cyphervit.UserError;
import org.cyphervit.data.ConcatenatedTiles;
import org.cyphervit.data.Fingerprint;
import org.cyphervit.data.ImageFolder;
import org.cyphervit.data.Split;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.label.RegroupedTiles;
import org.cyphervit.data.sets.TileLocation;
import org.cyphervit.data.stain.StainNormalizedTiles;
import org.cyphervit.data.stain.StainOptions;
import org.cyphervit.eval.TargetTable;
import org.cyphervit.eval.Task;
import org.cyphervit.study.StudyData;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The data of a study: what each set is for. */
public final class StudyOptions {
    private static final List<String> KEYS =
            List.of("test", "as", "labels", "clusters", "stain", "targets", "column", "group");

    @Option(
            names = "--pretrain",
            required = true,
            arity = "1..*",
            paramLabel = "TILES",
            description = {
                FolderOptions.PLACES,
                "These are pre-trained on; only the supervised rows of the matrix, which need a folder per class, see"
                        + " their labels."
            })
    private List<String> pretrain = List.of();

    @Option(
            names = "--pretrain-stain",
            defaultValue = "none",
            description = "How those are normalized: none, macenko, vahadane or reinhard. Default: none.")
    private String pretrainStain = "none";

    @Option(
            names = "--classify",
            paramLabel = "NAME=TILES[,test=TILES][,as=SET]",
            description = {
                "A set with classes to judge by, up to three; TRAIN:TEST for two folders. Without a test part it is split, by"
                        + " patient where known.",
                "as=crc, crc-norm or pannuke: the paper's set it stands for; else in the order crc-norm, crc, pannuke.",
                "labels=parent, clusters=FOLDER, stain=macenko: as the options of these names elsewhere."
            })
    private List<String> classify = new ArrayList<>();

    @Option(
            names = "--regress",
            paramLabel = "NAME=TILES[,test=TILES][,targets=CSV,column=NAME[,group=NAME]]",
            description =
                    "A set with a number per tile, which it knows itself or a table gives by the tiles' file names.")
    private List<String> regress = new ArrayList<>();

    /** Opens everything. */
    public StudyData open() throws IOException {
        StainOptions stain = stain(pretrainStain);
        List<TileSource> sources = new ArrayList<>();
        for (String place : pretrain) {
            sources.add(TileLocation.parse(place).open(ImageFolder.Labels.AUTO, System.err::println));
        }
        List<StudyData.ClassSet> classes = new ArrayList<>();
        for (String text : classify) {
            classes.add(classSet(Spec.parse(text), classes));
        }
        List<StudyData.NumberSet> numbers = new ArrayList<>();
        for (String text : regress) {
            numbers.add(numberSet(Spec.parse(text)));
        }
        if (classes.isEmpty() && numbers.isEmpty()) {
            throw new UserError(
                    "On which data are encoders to be judged? Give --classify NAME=TRAIN:TEST, --regress, or both.");
        }
        return new StudyData(
                pretrain, StainNormalizedTiles.of(ConcatenatedTiles.of(sources), stain), stain, classes, numbers);
    }

    private static StudyData.ClassSet classSet(Spec spec, List<StudyData.ClassSet> before) throws IOException {
        Split split = spec.split(ImageFolder.Labels.AUTO);
        if (split.train().classes().isEmpty()
                || !split.train().classes().equals(split.test().classes())) {
            throw new UserError("The set '" + spec.name
                    + "' needs the same classes to learn from and to test on, a folder" + " each; got "
                    + split.train().classes() + " and " + split.test().classes() + ".");
        }
        String column = spec.options.getOrDefault(
                "as",
                StudyData.CLASS_COLUMNS.stream()
                        .filter(free ->
                                before.stream().noneMatch(set -> set.column().equals(free)))
                        .findFirst()
                        .orElseThrow(
                                () -> new UserError("The paper's tables have three sets with classes; got more.")));
        if (!StudyData.CLASS_COLUMNS.contains(column)) {
            throw new UserError("The paper has no set '" + column + "'; expected as=" + StudyData.CLASS_COLUMNS + ".");
        }
        return new StudyData.ClassSet(spec.name, column, split);
    }

    private static StudyData.NumberSet numberSet(Spec spec) throws IOException {
        String table = spec.options.get("targets");
        String column = spec.options.get("column");
        Split split = spec.split(ImageFolder.Labels.NONE);
        if (table == null) {
            String numbers = numbers(split.train()) + numbers(split.test());
            return new StudyData.NumberSet(
                    spec.name,
                    StudyData.NUMBER_COLUMN,
                    split,
                    Task.ofTargets(split).labelling(),
                    numbers);
        }
        if (column == null) {
            throw new UserError(
                    "Which numbers of '" + table + "' are those of the set '" + spec.name + "'? Say column=NAME.");
        }
        TargetTable targets = new TargetTable(Path.of(table), column, spec.options.get("group"));
        return new StudyData.NumberSet(spec.name, StudyData.NUMBER_COLUMN, split, targets, targets.fingerprint());
    }

    private static String numbers(TileSource source) {
        Fingerprint fingerprint = new Fingerprint();
        for (int i = 0; i < source.size(); i++) {
            fingerprint.add(Double.toString(source.target(i)));
        }
        return fingerprint.hex();
    }

    private static StainOptions stain(String method) {
        return new StainOptions(method, StainOptions.NONE.fit(), StainOptions.NONE.target());
    }

    /** {@code NAME=TILES,test=TILES,key=value,...}, or {@code NAME=FOLDER:FOLDER,...}. */
    private record Spec(String name, List<String> places, Map<String, String> options) {
        static Spec parse(String text) {
            int equals = text.indexOf('=');
            String[] parts = text.substring(equals + 1).split(",", -1);
            if (equals < 1 || parts[0].isEmpty()) {
                throw new UserError("A data set looks like NAME=TRAIN,test=TEST; got '" + text + "'.");
            }
            Map<String, String> options = new LinkedHashMap<>();
            for (int i = 1; i < parts.length; i++) {
                int at = parts[i].indexOf('=');
                String key = at < 0 ? parts[i] : parts[i].substring(0, at);
                if (at < 0 || !KEYS.contains(key)) {
                    throw new UserError("Unknown '" + parts[i] + "' in the data set '" + text
                            + "'; expected key=value with" + " a key of " + String.join(", ", KEYS) + ".");
                }
                options.put(key, parts[i].substring(at + 1));
            }
            List<String> places = new ArrayList<>(folders(parts[0]));
            String test = options.get("test");
            if (test != null) {
                places.add(test);
            }
            if (places.size() > 2) {
                throw new UserError("The data set '" + text + "' has two test parts.");
            }
            return new Spec(text.substring(0, equals), places, options);
        }

        // TRAIN:TEST if these are two things that exist; else one place, such as pannuke:FOLDER#fold1.
        private static List<String> folders(String text) {
            String[] halves = text.split(File.pathSeparator, -1);
            boolean both = halves.length == 2 && Files.exists(Path.of(halves[0])) && Files.exists(Path.of(halves[1]));
            return both && !Files.exists(Path.of(text)) ? List.of(halves) : List.of(text);
        }

        Split split(ImageFolder.Labels standard) throws IOException {
            String labels = options.get("labels");
            ImageFolder.Labels chosen;
            try {
                chosen = labels == null ? standard : ImageFolder.Labels.valueOf(labels.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new UserError("Unknown labels=" + labels + " of '" + name + "'; expected auto or parent.", e);
            }
            List<TileSource> sources = new ArrayList<>();
            for (String place : places) {
                sources.add(open(place, chosen));
            }
            return sources.size() == 2
                    ? new Split(sources.getFirst(), sources.getLast())
                    : Split.of(sources.getFirst(), 0.3, 0);
        }

        private TileSource open(String place, ImageFolder.Labels labels) throws IOException {
            TileSource source = TileLocation.parse(place).open(labels, System.err::println);
            @Nullable String clusters = options.get("clusters");
            if (clusters != null) {
                source = RegroupedTiles.byClusters(source, Path.of(clusters));
            }
            return StainNormalizedTiles.of(source, stain(options.getOrDefault("stain", "none")));
        }
    }
}
