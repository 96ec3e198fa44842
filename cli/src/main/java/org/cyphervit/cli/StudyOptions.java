package org.cyphervit.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cyphervit.UserError;
import org.cyphervit.data.Concatenated;
import org.cyphervit.data.ImageFolder;
import org.cyphervit.data.Regrouped;
import org.cyphervit.data.Split;
import org.cyphervit.data.StainOptions;
import org.cyphervit.data.Stained;
import org.cyphervit.data.TileSource;
import org.cyphervit.eval.TargetTable;
import org.cyphervit.reproduce.StudyData;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The data of a study: what each set is for. */
final class StudyOptions {
    private static final List<String> KEYS = List.of("as", "labels", "clusters", "stain", "targets", "column", "group");

    @Option(
            names = "--pretrain",
            required = true,
            arity = "1..*",
            paramLabel = "FOLDER",
            description = "Tiles to pre-train on, without labels.")
    private List<Path> pretrain = List.of();

    @Option(
            names = "--pretrain-stain",
            defaultValue = "none",
            description = "How those are normalized: none, macenko, vahadane or reinhard. Default: none.")
    private String pretrainStain = "none";

    @Option(
            names = "--classify",
            paramLabel = "NAME=TRAIN:TEST[,as=SET]",
            description = {
                "A set with classes, one folder each; one folder instead of two is split, by patient where known. May be"
                        + " given up to three times.",
                "as=crc, crc-norm or pannuke: the paper's set it stands for; else in the order crc-norm, crc, pannuke.",
                "labels=parent, clusters=FOLDER, stain=macenko: as the options of these names elsewhere."
            })
    private List<String> classify = new ArrayList<>();

    @Option(
            names = "--regress",
            paramLabel = "NAME=TRAIN:TEST,targets=CSV,column=NAME[,group=NAME]",
            description = "A set with a number per tile, found by the tiles' file names in a table.")
    private List<String> regress = new ArrayList<>();

    /** Opens everything. */
    StudyData open() throws IOException {
        StainOptions stain = stain(pretrainStain);
        List<TileSource> sources = new ArrayList<>();
        for (Path folder : pretrain) {
            sources.add(ImageFolder.scan(folder, ImageFolder.Labels.NONE, 16, 2));
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
                    "On what shall encoders be judged? Give --classify NAME=TRAIN:TEST, --regress, or both.");
        }
        return new StudyData(pretrain, Stained.of(Concatenated.of(sources), stain), stain, classes, numbers);
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
        if (table == null || column == null) {
            throw new UserError("The set '" + spec.name + "' needs targets=CSV and column=NAME.");
        }
        return new StudyData.NumberSet(
                spec.name,
                StudyData.NUMBER_COLUMN,
                spec.split(ImageFolder.Labels.NONE),
                new TargetTable(Path.of(table), column, spec.options.get("group")));
    }

    private static StainOptions stain(String method) {
        return new StainOptions(method, StainOptions.NONE.fit(), StainOptions.NONE.target());
    }

    /** NAME=TRAIN:TEST,key=value,... */
    private record Spec(String name, List<Path> folders, Map<String, String> options) {
        static Spec parse(String text) {
            int equals = text.indexOf('=');
            String[] parts = text.substring(equals + 1).split(",", -1);
            String[] folders = parts[0].split(File.pathSeparator, -1);
            if (equals < 1 || folders.length > 2 || folders[0].isEmpty()) {
                throw new UserError(
                        "A data set looks like NAME=TRAIN" + File.pathSeparator + "TEST; got '" + text + "'.");
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
            List<Path> paths = new ArrayList<>();
            for (String folder : folders) {
                paths.add(Path.of(folder));
            }
            return new Spec(text.substring(0, equals), paths, options);
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
            for (Path folder : folders) {
                sources.add(open(folder, chosen));
            }
            return sources.size() == 2
                    ? new Split(sources.getFirst(), sources.getLast())
                    : Split.of(sources.getFirst(), 0.3, 0);
        }

        private TileSource open(Path folder, ImageFolder.Labels labels) throws IOException {
            TileSource source = ImageFolder.scan(folder, labels, 16, 2);
            @Nullable String clusters = options.get("clusters");
            if (clusters != null) {
                source = Regrouped.byClusters(source, Path.of(clusters));
            }
            return Stained.of(source, stain(options.getOrDefault("stain", "none")));
        }
    }
}
