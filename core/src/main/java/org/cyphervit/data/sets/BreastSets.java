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
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.cyphervit.UserError;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.sets.DataSet.Part;
import org.cyphervit.file.CsvTable;

/** Breast: BreakHis, invasive ductal carcinoma, BreastPathQ, and the fields of NKI and VGH. */
final class BreastSets {
    private static final Pattern IDC = Pattern.compile("(?:/.*)?/(?<class>[01])/(?<group>[^/_]+)_idx\\d+_[^/]*");

    private BreastSets() {}

    static DataSet breakHis() {
        return new DataSet(
                "breakhis",
                "BreakHis v1",
                "700 x 460 px at four magnifications from 82 patients",
                "benign, malignant; grouped by patient (the number in the name, so that AB and CD of one stay together)",
                "https://web.inf.ufpr.br/vri/databases/breast-cancer-histopathological-database-breakhis/",
                "CC-BY-4.0",
                "Spanhol et al., IEEE Trans. Biomed. Eng. 63(7), 2016",
                "BreaKHis_v1/histology_slides/breast/benign/SOB/adenosis/SOB_B_A_14-22549AB/40X/SOB_B_A-14-22549AB-40-001.png.",
                List.of(
                        Part.of("all", "all magnifications", 7_909),
                        Part.of("40x", "40 times", 1_995),
                        Part.of("100x", "100 times", 2_081),
                        Part.of("200x", "200 times", 2_013),
                        Part.of("400x", "400 times", 1_820)),
                (folder, part, tell) -> {
                    String factor = part.equals("all") ? "\\d+" : part.substring(0, part.length() - 1);
                    Pattern name = Pattern.compile(
                            "(?:/.*)?/SOB_(?<class>[BM])_[A-Z]+-(?<group>\\d+-\\d+)[A-Z]*-" + factor + "-\\d+\\.[^/]*");
                    return ImageSets.matching(
                            ImageSets.images(folder),
                            name,
                            List.of("benign", "malignant"),
                            letter -> letter.equals("B") ? "benign" : "malignant");
                });
    }

    static DataSet idc() {
        return new DataSet(
                "idc",
                "IDC_regular, invasive ductal carcinoma",
                "50 px at 2.5 times (4 um/px) from 279 slides of breast",
                "non-IDC, IDC; grouped by patient",
                "https://www.kaggle.com/datasets/paultimothymooney/breast-histopathology-images",
                "none stated; research",
                "Cruz-Roa et al., SPIE 9041, 2014; Janowczyk and Madabhushi, J. Pathol. Inform. 7:29, 2016",
                "8863/0/8863_idx5_x51_y1251_class0.png: a folder per patient, 0 and 1 in it.",
                List.of(
                        Part.of("all", "everything", 277_524),
                        Part.of("train", "70 % of the patients, drawn here"),
                        Part.of("test", "the other patients")),
                (folder, part, tell) -> ImageSets.part(
                        ImageSets.matching(
                                ImageSets.images(folder),
                                IDC,
                                List.of("non-IDC", "IDC"),
                                digit -> digit.equals("1") ? "IDC" : "non-IDC"),
                        part));
    }

    static DataSet breastPathQ() {
        return new DataSet(
                "breastpathq",
                "BreastPathQ",
                "512 px at 20 times (0.5 um/px) from 96 slides after neoadjuvant therapy",
                "tumour cellularity in [0, 1] as a target (the mean of the readers where there are several); by slide",
                "https://doi.org/10.7937/TCIA.2019.4YIBTJNO",
                "CC-BY-3.0",
                "Petrick et al., J. Med. Imaging 8(3):034501, 2021",
                "train/1_1.tif with train_labels.csv (slide,rid,y), validation/ with val_labels.csv, test_patches/ with"
                        + " test_labels.csv; at any depth.",
                List.of(
                        Part.of("train", "training", 2_394),
                        Part.of("validation", "validation", 185),
                        Part.of("test", "test, where its scores are at hand", 1_119, 1_121)),
                BreastSets::openBreastPathQ);
    }

    static DataSet nkiVgh() {
        return new DataSet(
                "nki-vgh",
                "NKI and VGH breast fields",
                "tissue microarray fields of 1128 x 720 px at 20 times from two cohorts; the paper's pre-training set is what"
                        + " 'tile' crops from them: 224 px, up to 50 % overlap, at least 70 % tissue, turned and flipped,"
                        + " about 300,000",
                "none",
                "https://tma.im/tma-portal/C-Path/supp.html",
                "none stated; research",
                "Beck et al., Science Translational Medicine 3(108), 2011",
                "images at any depth. These are the fields as they are; crop them with 'tile' before pre-training.",
                List.of(Part.of("all", "all fields")),
                (folder, part, tell) -> ImageSets.images(folder));
    }

    private static TileSource openBreastPathQ(Path folder, String part, Consumer<String> tell) throws IOException {
        String prefix = part.equals("validation") ? "val" : part;
        CsvTable table = CsvTable.read(labels(folder, prefix));
        int slide = table.column("slide");
        int region = table.column("rid");
        int first = table.column("y", "p1");
        int last = table.has("p2") && !table.has("y") ? table.column("p2") : first;
        Map<String, AnnotatedTiles.Note> notes = new HashMap<>();
        for (int row = 0; row < table.rows(); row++) {
            double score = (table.number(row, first) + table.number(row, last)) / 2;
            if (score < 0 || score > 1) {
                throw new UserError("Row " + (row + 1) + " of the labels in '" + folder + "' has the cellularity "
                        + score + "; expected 0 to 1.");
            }
            notes.put(
                    table.at(row, slide) + "_" + table.at(row, region),
                    new AnnotatedTiles.Note(null, table.at(row, slide), score));
        }
        Pattern file = Pattern.compile("(?:/.*)?/" + prefix + "[^/]*/(?<name>[^/]+)\\.tiff?", Pattern.CASE_INSENSITIVE);
        TileSource tiles = AnnotatedTiles.of(ImageSets.images(folder), List.of(), name -> {
            var matcher = file.matcher("/" + name);
            return matcher.matches() ? Optional.ofNullable(notes.get(matcher.group("name"))) : Optional.empty();
        });
        if (tiles.size() < notes.size()) {
            tell.accept("BreastPathQ, part " + part + ": " + (notes.size() - tiles.size())
                    + " scored regions have no image.");
        }
        return tiles;
    }

    private static Path labels(Path folder, String prefix) throws IOException {
        try (Stream<Path> files = Files.walk(folder, 4)) {
            return files.filter(file -> {
                        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
                        return name.startsWith(prefix) && name.endsWith("labels.csv");
                    })
                    .sorted()
                    .findFirst()
                    .orElseThrow(() -> new UserError("Below '" + folder + "' there is no " + prefix
                            + "_labels.csv with the cellularity of the tiles."));
        }
    }
}
