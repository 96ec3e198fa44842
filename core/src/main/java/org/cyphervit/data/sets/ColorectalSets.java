package org.cyphervit.data.sets;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.sets.DataSet.Part;

/** Kather's colorectal tiles: nine tissues of 2018 and eight textures of 2016. */
final class ColorectalSets {
    private static final List<String> TISSUES =
            List.of("ADI", "BACK", "DEB", "LYM", "MUC", "MUS", "NORM", "STR", "TUM");
    private static final List<Integer> TRAINING = List.of(10407, 10566, 11512, 11557, 8896, 13536, 8763, 10446, 14317);
    private static final List<Integer> VALIDATION = List.of(1338, 847, 339, 634, 1035, 592, 741, 421, 1233);
    private static final Map<String, String> FOLDERS =
            Map.of("train", "NCT-CRC-HE-100K", "train-nonorm", "NCT-CRC-HE-100K-NONORM", "test", "CRC-VAL-HE-7K");
    private static final Pattern TISSUE = Pattern.compile("(?:/.*)?/(?<class>[A-Z]{3,4})/[^/]+");

    private static final List<String> TEXTURES = List.of(
            "01_TUMOR", "02_STROMA", "03_COMPLEX", "04_LYMPHO", "05_DEBRIS", "06_MUCOSA", "07_ADIPOSE", "08_EMPTY");
    private static final Pattern TEXTURE =
            Pattern.compile("(?:/.*)?/(?<class>0[1-8]_[A-Z]+)/[^/]*?(?<group>CRC-Prim-HE-\\d+)[^/]*");

    private ColorectalSets() {}

    static DataSet nctCrcHe() {
        return new DataSet(
                "nct-crc-he",
                "NCT-CRC-HE-100K and CRC-VAL-HE-7K",
                "224 px at 0.5 um/px; training from 86 patients, Macenko-normalized or not (nonorm), test from 50 others",
                "9 tissues (ADI, BACK, DEB, LYM, MUC, MUS, NORM, STR, TUM); patients are not told",
                "https://doi.org/10.5281/zenodo.1214456",
                "CC-BY-4.0",
                "Kather et al., PLoS Medicine 16(1), 2019",
                "NCT-CRC-HE-100K/ADI/ADI-....tif, NCT-CRC-HE-100K-NONORM/..., CRC-VAL-HE-7K/...; or one of these folders.",
                List.of(
                        Part.of("train", "NCT-CRC-HE-100K, normalized", 100_000),
                        Part.of("train-nonorm", "NCT-CRC-HE-100K-NONORM, as scanned", 100_000),
                        Part.of("test", "CRC-VAL-HE-7K, normalized", 7_180)),
                ColorectalSets::openTissues);
    }

    static DataSet kather2016() {
        return new DataSet(
                "kather2016",
                "Kather texture 2016",
                "150 px at 0.495 um/px from 10 slides",
                "8 textures; grouped by slide",
                "https://doi.org/10.5281/zenodo.53169",
                "CC-BY-4.0",
                "Kather et al., Scientific Reports 6:27988, 2016",
                "Kather_texture_2016_image_tiles_5000/01_TUMOR/..._CRC-Prim-HE-..._....tif to 08_EMPTY.",
                List.of(
                        Part.of("all", "everything", 5_000),
                        Part.of("train", "slides drawn here"),
                        Part.of("test", "the other slides")),
                (folder, part, tell) -> {
                    TileSource all =
                            ImageSets.matching(ImageSets.images(folder), TEXTURE, TEXTURES, texture -> texture);
                    ImageSets.compare(all, java.util.Collections.nCopies(8, 625), tell);
                    return ImageSets.part(all, part);
                });
    }

    private static TileSource openTissues(Path folder, String part, Consumer<String> tell) {
        Path inner = ImageSets.within(folder, FOLDERS.getOrDefault(part, ""));
        boolean whole = FOLDERS.values().stream().anyMatch(name -> Files.isDirectory(folder.resolve(name)));
        if (whole && inner.equals(folder)) {
            throw new org.cyphervit.UserError("'" + folder + "' has no folder '" + FOLDERS.get(part) + "'.");
        }
        TileSource tiles = ImageSets.matching(ImageSets.images(inner), TISSUE, TISSUES, tissue -> tissue);
        ImageSets.compare(tiles, part.equals("test") ? VALIDATION : TRAINING, tell);
        return tiles;
    }
}
