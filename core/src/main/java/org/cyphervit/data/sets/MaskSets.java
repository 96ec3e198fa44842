package org.cyphervit.data.sets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.cyphervit.UserError;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.sets.DataSet.Part;
import org.cyphervit.file.CsvTable;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;

/** Sets with masks: the glands of GlaS, the nuclei of TNBC and MoNuSeg. */
final class MaskSets {
    private static final Pattern GLAS = Pattern.compile("(?:/.*)?/(?<name>(?<part>train|testA|testB)_\\d+)\\.[^/]+");
    private static final Pattern TNBC = Pattern.compile("(?:/.*)?/Slide(?:_\\d+)?/(?<name>(?<group>\\d+)_\\d+)\\.png");
    private static final Pattern MONUSEG = Pattern.compile("(?:/.*)?/(?<name>(?<group>TCGA-..-....)[^/]*)\\.tiff?");

    private MaskSets() {}

    static DataSet glas() {
        return new DataSet(
                "glas",
                "GlaS, Warwick QU",
                "about 775 x 522 px at 20 times (0.62 um/px) of colorectal glands",
                "benign, malignant; target: the share of glands; grouped by patient",
                "https://warwick.ac.uk/fac/cross_fac/tia/data/glascontest",
                "research, non-commercial",
                "Sirinukunwattana et al., Medical Image Analysis 35, 2017",
                "train_1.bmp with train_1_anno.bmp, testA_1.bmp, testB_1.bmp, and Grade.csv; or images/ and masks/.",
                List.of(
                        Part.of("train", "training", 85),
                        Part.of("testA", "test A", 60),
                        Part.of("testB", "test B", 20),
                        Part.of("test", "test A and B", 80),
                        Part.of("all", "everything", 165)),
                MaskSets::openGlas);
    }

    static DataSet tnbc() {
        return new DataSet(
                "tnbc",
                "TNBC nuclei segmentation",
                "512 px at 40 times (0.25 um/px) of triple-negative breast cancer, 11 patients",
                "none; target: the share of nuclei; grouped by patient",
                "https://doi.org/10.5281/zenodo.1175282",
                "CC-BY-4.0",
                "Naylor et al., IEEE Trans. Medical Imaging 38(2), 2019",
                "Slide_01/01_1.png with GT_01/01_1.png, and so on; or Slide/ and Masks/.",
                List.of(Part.of("all", "everything", 50)),
                (folder, part, tell) -> {
                    TileSource tiles = named(folder, TNBC);
                    return new MaskedTiles(
                            tiles, (tile, width, height) -> drawn(folder.resolve(maskOfSlide(tile)), width, height));
                });
    }

    static DataSet moNuSeg() {
        return new DataSet(
                "monuseg",
                "MoNuSeg 2018",
                "1000 px at 40 times (0.25 um/px) of seven organs",
                "none; target: the share of nuclei; grouped by patient",
                "https://monuseg.grand-challenge.org/Data/",
                "CC-BY-NC-SA-4.0",
                "Kumar et al., IEEE Trans. Medical Imaging 39(5), 2020",
                "MoNuSeg 2018 Training Data/Tissue Images/TCGA-....tif with Annotations/TCGA-....xml,"
                        + " MoNuSegTestData/TCGA-....tif with TCGA-....xml.",
                List.of(
                        Part.of("train", "training", 30, 37),
                        Part.of("test", "test", 14),
                        Part.of("all", "everything", 44, 51)),
                MaskSets::openMoNuSeg);
    }

    private static TileSource openGlas(Path folder, String part, Consumer<String> tell) throws IOException {
        Path grades = find(folder, "grade.csv")
                .orElseThrow(
                        () -> new UserError("Below '" + folder + "' there is no Grade.csv with the grades of GlaS."));
        CsvTable table = CsvTable.read(grades);
        int name = table.column("name");
        int grade = table.column("grade (GlaS)", "grade_glas");
        int patient = table.column("patient ID", "patient_id");
        Map<String, AnnotatedTiles.Note> notes = new HashMap<>();
        for (int row = 0; row < table.rows(); row++) {
            notes.put(table.at(row, name), new AnnotatedTiles.Note(table.at(row, grade), table.at(row, patient)));
        }
        TileSource tiles = AnnotatedTiles.of(ImageSets.images(folder), List.of("benign", "malignant"), path -> {
            Matcher matcher = GLAS.matcher("/" + path);
            boolean wanted = matcher.matches()
                    && !("/" + path).contains("/masks/")
                    && (part.equals("all") || matcher.group("part").startsWith(part));
            return wanted ? Optional.ofNullable(notes.get(matcher.group("name"))) : Optional.empty();
        });
        return new MaskedTiles(tiles, (tile, width, height) -> {
            int dot = tile.lastIndexOf('.');
            Path beside = folder.resolve(tile.substring(0, dot) + "_anno" + tile.substring(dot));
            Path apart =
                    folder.resolve(("/" + tile).replace("/images/", "/masks/").substring(1));
            return drawn(Files.exists(beside) ? beside : apart, width, height);
        });
    }

    private static TileSource openMoNuSeg(Path folder, String part, Consumer<String> tell) {
        TileSource all = named(folder, MONUSEG);
        TileSource tiles = part.equals("all")
                ? all
                : AnnotatedTiles.of(
                        all,
                        List.of(),
                        name -> part.equals(partOf(folder, name))
                                ? Optional.of(new AnnotatedTiles.Note(null, patient(name)))
                                : Optional.empty());
        return new MaskedTiles(tiles, (tile, width, height) -> {
            String xml =
                    ("/" + tile).replace("/Tissue Images/", "/Annotations/").replaceFirst("\\.tiff?$", ".xml");
            return NucleiXml.read(folder.resolve(xml.substring(1)), width, height);
        });
    }

    // The folders are called "Training Data" and "TestData"; the innermost that tells counts.
    private static String partOf(Path folder, String name) {
        String path = (folder.toAbsolutePath() + "/" + name).toLowerCase(Locale.ROOT);
        return path.lastIndexOf("test") > path.lastIndexOf("train") ? "test" : "train";
    }

    private static String patient(String name) {
        Matcher matcher = MONUSEG.matcher("/" + name);
        return matcher.matches() ? matcher.group("group") : name;
    }

    private static TileSource named(Path folder, Pattern pattern) {
        return AnnotatedTiles.of(ImageSets.images(folder), List.of(), path -> {
            Matcher matcher = pattern.matcher("/" + path);
            return matcher.matches()
                    ? Optional.of(new AnnotatedTiles.Note(null, matcher.group("group")))
                    : Optional.empty();
        });
    }

    private static String maskOfSlide(String tile) {
        return ("/" + tile)
                .replaceFirst("/Slide_(\\d+)/", "/GT_$1/")
                .replaceFirst("/Slide/", "/Masks/")
                .substring(1);
    }

    // Masks number their nuclei or glands; 0 is the rest.
    private static boolean[] drawn(Path file, int width, int height) throws IOException {
        RgbImage mask = ImageFiles.read(file);
        if (mask.width() != width || mask.height() != height) {
            throw new IOException("'" + file + "' has " + mask.width() + " x " + mask.height() + " pixels, its image "
                    + width + " x " + height);
        }
        boolean[] covered = new boolean[width * height];
        for (int p = 0; p < covered.length; p++) {
            covered[p] = (mask.rgb()[3 * p] | mask.rgb()[3 * p + 1] | mask.rgb()[3 * p + 2]) != 0;
        }
        return covered;
    }

    private static Optional<Path> find(Path folder, String name) throws IOException {
        try (Stream<Path> files = Files.walk(folder, 3)) {
            return files.filter(file -> file.getFileName().toString().equalsIgnoreCase(name))
                    .sorted()
                    .findFirst();
        }
    }
}
