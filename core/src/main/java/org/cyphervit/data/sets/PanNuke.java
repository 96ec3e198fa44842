package org.cyphervit.data.sets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.cyphervit.UserError;
import org.cyphervit.data.Fingerprint;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.sets.DataSet.Part;
import org.cyphervit.file.NpyArray;
import org.cyphervit.image.RgbImage;
import org.jspecify.annotations.Nullable;

/**
 * PanNuke: folds of NumPy arrays, mapped, so that the gigabytes of a fold are never loaded. The class of a tile is its
 * tissue, or the type of most of its nuclei.
 */
final class PanNuke implements TileSource {
    /** Channels of the masks, each with the numbers of its nuclei; a sixth is the background. */
    public static final List<String> NUCLEI = List.of("Neoplastic", "Inflammatory", "Connective", "Dead", "Epithelial");

    private static final List<String> TISSUES = List.of(
            "Adrenal_gland",
            "Bile-duct",
            "Bladder",
            "Breast",
            "Cervix",
            "Colon",
            "Esophagus",
            "HeadNeck",
            "Kidney",
            "Liver",
            "Lung",
            "Ovarian",
            "Pancreatic",
            "Prostate",
            "Skin",
            "Stomach",
            "Testis",
            "Thyroid",
            "Uterus");
    private static final int MAX_SIDE = 2048;
    private static final int MAX_CHANNELS = 16;
    private static final Pattern FOLD = Pattern.compile("fold[ _-]?(\\d)", Pattern.CASE_INSENSITIVE);

    private final List<Fold> folds;
    private final List<String> classes;
    /** Of each tile: fold, place in it and label. */
    private final int[][] tiles;

    private record Fold(
            String name,
            NpyArray images,
            NpyArray types,
            @Nullable NpyArray masks) {
        int side(int dimension) {
            return Math.toIntExact(images.shape()[dimension]);
        }
    }

    private PanNuke(List<Fold> folds, List<String> classes, int[][] tiles) {
        this.folds = folds;
        this.classes = classes;
        this.tiles = tiles;
    }

    static DataSet byTissue() {
        return card(
                "pannuke", "19 tissues; groups are not told", (folder, part, tell) -> open(folder, part, false, tell));
    }

    static DataSet byNuclei() {
        return card(
                "pannuke-nuclei",
                "the type of most nuclei of a tile, counted in its masks (Neoplastic, Inflammatory, Connective, Dead,"
                        + " Epithelial); tiles without nuclei are left out",
                (folder, part, tell) -> open(folder, part, true, tell));
    }

    private static DataSet card(String name, String labels, DataSet.Reader reader) {
        boolean all = name.equals("pannuke"); // tiles without nuclei are not counted in any publication
        return new DataSet(
                name,
                "PanNuke",
                "256 px at 40 times (0.25 um/px) in three folds",
                labels,
                "https://warwick.ac.uk/fac/cross_fac/tia/data/pannuke",
                "CC-BY-NC-SA-4.0",
                "Gamper et al., ECDP 2019 and arXiv:2003.10778, 2020",
                "Fold 1/images/fold1/images.npy and types.npy, Fold 1/masks/fold1/masks.npy, and so on; or one fold.",
                List.of(
                        new Part("all", "all folds", all ? List.of(7_901) : List.of()),
                        new Part("fold1", "fold 1", all ? List.of(2_656) : List.of()),
                        new Part("fold2", "fold 2", all ? List.of(2_523) : List.of()),
                        new Part("fold3", "fold 3", all ? List.of(2_722) : List.of())),
                reader);
    }

    private static PanNuke open(Path folder, String part, boolean byNuclei, Consumer<String> tell) throws IOException {
        List<Fold> folds = new ArrayList<>();
        find(folder, "images.npy").forEach((number, images) -> {
            if (part.equals("all") || part.equals("fold" + number)) {
                folds.add(fold(folder, number, images, byNuclei));
            }
        });
        List<String> classes = byNuclei ? NUCLEI : TISSUES;
        List<int[]> tiles = new ArrayList<>();
        for (int f = 0; f < folds.size(); f++) {
            Fold fold = folds.get(f);
            if (byNuclei) {
                tell.accept("Counting the nuclei of " + fold.images.rows() + " tiles in " + fold.name + " ...");
            }
            int[] labels = IntStream.range(0, fold.images.rows())
                    .parallel()
                    .map(i -> byNuclei ? mostNuclei(fold, i) : tissue(fold, i))
                    .toArray();
            for (int i = 0; i < labels.length; i++) {
                if (labels[i] >= 0) {
                    tiles.add(new int[] {f, i, labels[i]});
                }
            }
        }
        return new PanNuke(List.copyOf(folds), classes, tiles.toArray(new int[0][]));
    }

    private static Fold fold(Path folder, String number, Path file, boolean needsMasks) {
        try {
            NpyArray images = NpyArray.open(file);
            long[] shape = images.shape();
            if (shape.length != 4
                    || shape[3] != 3
                    || !images.isNumeric()
                    || shape[1] < 1
                    || shape[2] < 1
                    || shape[1] > MAX_SIDE
                    || shape[2] > MAX_SIDE) {
                throw new UserError("'" + file + "' holds " + images + "; expected N x 256 x 256 x 3 numbers.");
            }
            NpyArray types = NpyArray.open(ImageSets.require(
                    file.resolveSibling("types.npy"), "it lists the tissues and comes with images.npy."));
            Path masksFile = find(folder, "masks.npy").get(number);
            NpyArray masks = masksFile == null ? null : NpyArray.open(masksFile);
            if (types.isNumeric() || types.rows() != images.rows()) {
                throw new UserError("'" + file.resolveSibling("types.npy") + "' holds " + types + "; expected "
                        + images.rows() + " strings.");
            }
            if (needsMasks && masks == null) {
                throw new UserError(
                        "'" + folder + "' has no masks.npy for fold " + number + ", in which nuclei are" + " counted.");
            }
            if (masks != null
                    && (masks.shape().length != 4
                            || masks.shape()[3] < NUCLEI.size()
                            || masks.shape()[3] > MAX_CHANNELS
                            || !masks.isNumeric()
                            || masks.shape()[0] != shape[0]
                            || masks.shape()[1] != shape[1]
                            || masks.shape()[2] != shape[2])) {
                throw new UserError("'" + masksFile + "' holds " + masks + "; expected " + shape[0] + " x " + shape[1]
                        + " x " + shape[2] + " x 6 numbers.");
            }
            return new Fold("fold" + number, images, types, masks);
        } catch (IOException e) {
            throw new UserError("'" + file + "' cannot be read: " + e.getMessage() + ".", e);
        }
    }

    // Files of that name by the number of their fold; a fold without a number is the first.
    private static SortedMap<String, Path> find(Path folder, String name) throws IOException {
        SortedMap<String, Path> found = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder, 6)) {
            files.filter(file -> file.getFileName().toString().equals(name))
                    .sorted()
                    .forEach(file -> {
                        Matcher matcher = FOLD.matcher(file.toAbsolutePath().toString());
                        String number = "1";
                        while (matcher.find()) {
                            number = matcher.group(1); // the innermost folder counts
                        }
                        found.putIfAbsent(number, file);
                    });
        }
        return found;
    }

    private static int tissue(Fold fold, int index) {
        String type = fold.types.text(index);
        int label = TISSUES.indexOf(type);
        if (label < 0) {
            throw new UserError("PanNuke's " + fold.name + " has the unknown tissue '" + type + "' at " + index
                    + "; expected one of " + String.join(", ", TISSUES) + ".");
        }
        return label;
    }

    private static int mostNuclei(Fold fold, int index) {
        NpyArray masks = Objects.requireNonNull(fold.masks);
        int channels = Math.toIntExact(masks.shape()[3]);
        float[] values = masks.floats(index * masks.width(), Math.toIntExact(masks.width()));
        int most = 0;
        int label = -1;
        for (int c = 0; c < NUCLEI.size(); c++) {
            java.util.Set<Float> nuclei = new java.util.HashSet<>();
            for (int p = c; p < values.length; p += channels) {
                if (values[p] > 0) {
                    nuclei.add(values[p]);
                }
            }
            if (nuclei.size() > most) {
                most = nuclei.size();
                label = c;
            }
        }
        return label;
    }

    @Override
    public int size() {
        return tiles.length;
    }

    @Override
    public String name(int index) {
        return "%s/%05d".formatted(folds.get(tiles[index][0]).name, tiles[index][1]);
    }

    @Override
    public RgbImage read(int index) throws IOException {
        Fold fold = folds.get(tiles[index][0]);
        try {
            byte[] rgb = fold.images.bytes(tiles[index][1] * fold.images.width(), Math.toIntExact(fold.images.width()));
            return new RgbImage(fold.side(2), fold.side(1), rgb);
        } catch (InternalError e) { // the mapped file was cut meanwhile
            throw new IOException("'" + name(index) + "' cannot be read any more", e);
        }
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public int label(int index) {
        return tiles[index][2];
    }

    @Override
    public String fingerprint() {
        Fingerprint fingerprint = new Fingerprint();
        folds.forEach(fold -> fingerprint.add(fold.name + " " + fold.images));
        for (int i = 0; i < tiles.length; i++) {
            fingerprint.add(name(i) + "\t" + tiles[i][2]);
        }
        return fingerprint.hex();
    }
}
