package org.cyphervit.data.sets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.cyphervit.UserError;
import org.cyphervit.data.ImageFolder;
import org.cyphervit.data.TileSource;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stand-ins in exactly the published layouts, made of a few small images. */
class DataSetsTest {
    @TempDir
    private Path folder;

    private final List<String> told = new ArrayList<>();

    @Test
    void everySetTellsWhatAUserNeeds() {
        assertThat(DataSets.all()).hasSize(13).extracting(DataSet::name).doesNotHaveDuplicates();
        for (DataSet set : DataSets.all()) {
            assertThat(List.of(set.title(), set.content(), set.labels(), set.source(), set.licence(), set.layout()))
                    .allMatch(text -> !text.isBlank());
            assertThat(set.parts()).isNotEmpty();
        }
        assertThatThrownBy(() -> TileLocation.parse("pcan:/tmp"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("pcam");
    }

    @Test
    void nctCrcHe() throws IOException {
        image("NCT-CRC-HE-100K/ADI/ADI-AAAMHQMK.tif");
        image("NCT-CRC-HE-100K/TUM/TUM-AAAKVQVY.tif");
        image("NCT-CRC-HE-100K-NONORM/BACK/BACK-AAAPLFWS.tif");
        image("CRC-VAL-HE-7K/STR/STR-TCGA-ACKDDDKY.tif");
        TileSource train = open("nct-crc-he:");
        assertThat(labels(train)).containsExactly("ADI", "TUM");
        assertThat(train.classes()).hasSize(9);
        assertThat(told).anyMatch(line -> line.contains("100000")).anyMatch(line -> line.contains("ADI 1 of 10407"));
        assertThat(labels(open("nct-crc-he:", "train-nonorm"))).containsExactly("BACK");
        assertThat(labels(open("nct-crc-he:", "test"))).containsExactly("STR");
        assertThat(labels(TileLocation.parse("nct-crc-he:" + folder.resolve("CRC-VAL-HE-7K") + "#test")
                        .open(ImageFolder.Labels.AUTO, told::add)))
                .containsExactly("STR");
        assertThatThrownBy(() -> open("nct-crc-he:", "validation"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("train-nonorm");
    }

    @Test
    void kather2016BySlide() throws IOException {
        for (int slide = 1; slide <= 4; slide++) {
            image("Kather_texture_2016_image_tiles_5000/01_TUMOR/1A11_CRC-Prim-HE-0" + slide
                    + "_022.tif_Row_601_Col_151.tif");
            image("Kather_texture_2016_image_tiles_5000/08_EMPTY/1A12_CRC-Prim-HE-0" + slide
                    + "_022.tif_Row_1_Col_1.tif");
        }
        assertThat(open("kather2016:").group(0)).isEqualTo("CRC-Prim-HE-01");
        assertDisjoint(open("kather2016:", "train"), open("kather2016:", "test"), 8);
    }

    @Test
    void panNukeByTissueAndByNuclei() throws IOException {
        fold(1, "Breast", "Bile-duct", "Uterus");
        fold(3, "Colon");
        TileSource all = open("pannuke:");
        assertThat(labels(all)).containsExactly("Breast", "Bile-duct", "Uterus", "Colon");
        assertThat(all.name(3)).isEqualTo("fold3/00000");
        RgbImage tile = all.read(1);
        assertThat(tile.width()).isEqualTo(16);
        assertThat(List.of(tile.at(0, 0, 0), tile.at(0, 0, 2), tile.at(5, 0, 1)))
                .containsExactly(10, 12, 26);
        assertThat(labels(open("pannuke:", "fold3"))).containsExactly("Colon");
        // Tile 0 has two inflammatory nuclei and a large neoplastic one, tile 1 none, tile 2 a dead one.
        assertThat(labels(open("pannuke-nuclei:", "fold1"))).containsExactly("Inflammatory", "Dead");
        assertThatThrownBy(() -> open("pannuke:", "fold2"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("images.npy");
    }

    @Test
    void patchCamelyonInChunksWithSlides() throws Exception {
        String prefix = "camelyonpatch_level_2_split_valid_";
        int[][][][] x = new int[3][16][16][3];
        x[1][2][3] = new int[] {7, 200, 255};
        try (WritableHdfFile pixels = HdfFile.write(folder.resolve(prefix + "x.h5"));
                WritableHdfFile labels = HdfFile.write(folder.resolve(prefix + "y.h5"))) {
            pixels.putDataset("x", x);
            labels.putDataset("y", new int[][][][] {{{{0}}}, {{{1}}}, {{{1}}}});
        }
        Files.writeString(folder.resolve(prefix + "meta.csv"), """
                coord_y,coord_x,tumor_patch,center_tumor_patch,wsi
                1,2,False,False,camelyon16_train_normal_017
                1,2,True,True,camelyon16_train_tumor_001
                1,2,True,True,camelyon16_train_tumor_001
                """);
        TileSource tiles = open("pcam:", "valid");
        assertThat(labels(tiles)).containsExactly("normal", "tumour", "tumour");
        assertThat(tiles.group(2)).isEqualTo("camelyon16_train_tumor_001");
        IntStream.range(0, 64).parallel().forEach(i -> {
            try {
                RgbImage image = tiles.read(i % 3);
                assertThat(image.at(3, 2, 1)).isEqualTo(i % 3 == 1 ? 200 : 0);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThatThrownBy(() -> open("pcam:", "test"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("test_x.h5");
    }

    @Test
    void breastPathQHasScoresAndSlides() throws IOException {
        image("breastpathq/datasets/train/99788_1.tif");
        image("breastpathq/datasets/train/99788_2.tif");
        image("breastpathq/datasets/validation/102174_7.tif");
        write("breastpathq/datasets/train_labels.csv", "slide,rid,y\n99788,1,0.25\n99788,2,1\n99789,1,0\n");
        write("breastpathq/datasets/val_labels.csv", "slide,rid,p1,p2\n102174,7,0.5,0.7\n");
        TileSource train = open("breastpathq:");
        assertThat(train.size()).isEqualTo(2);
        assertThat(train.classes()).isEmpty();
        assertThat(List.of(train.target(0), train.target(1))).containsExactly(0.25, 1.0);
        assertThat(train.group(1)).isEqualTo("99788");
        assertThat(told).anyMatch(line -> line.contains("1 scored regions have no image"));
        assertThat(open("breastpathq:", "validation").target(0)).isCloseTo(0.6, Offset.offset(1e-12));
    }

    @Test
    void breakHisIdcAndLc25000() throws IOException {
        String breakHis = "BreaKHis_v1/histology_slides/breast/";
        image(breakHis + "benign/SOB/adenosis/SOB_B_A_14-22549AB/40X/SOB_B_A-14-22549AB-40-001.png");
        image(breakHis + "malignant/SOB/ductal_carcinoma/SOB_M_DC_14-2523/400X/SOB_M_DC-14-2523-400-001.png");
        TileSource all = open("breakhis:");
        assertThat(labels(all)).containsExactly("benign", "malignant");
        assertThat(all.group(0)).isEqualTo("14-22549");
        assertThat(labels(open("breakhis:", "400X"))).containsExactly("malignant");

        for (int patient = 8863; patient < 8867; patient++) {
            image("IDC/" + patient + "/0/" + patient + "_idx5_x51_y1251_class0.png");
            image("IDC/" + patient + "/1/" + patient + "_idx5_x101_y1251_class1.png");
        }
        TileSource idc = open("idc:");
        assertThat(labels(idc)).startsWith("non-IDC", "IDC").hasSize(8);
        assertThat(idc.group(0)).isEqualTo("8863");
        assertDisjoint(open("idc:", "train"), open("idc:", "test"), 8);

        String colon = "lung_colon_image_set/colon_image_sets/";
        for (int i = 1; i <= 8; i++) {
            image(colon + "colon_aca/colonca" + i + ".jpeg");
            image(colon + "colon_n/colonn" + i + ".jpeg");
        }
        assertThat(labels(open("lc25000:"))).hasSize(16);
        assertThat(told).anyMatch(line -> line.contains("copies of each other"));
        assertThatThrownBy(() -> open("lc25000:", "test"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("clusters");
        for (String name : List.of("colon_aca", "colon_n")) {
            StringBuilder csv = new StringBuilder("cluster_label,img_path\n");
            for (int i = 1; i <= 7; i++) {
                csv.append(i / 2 + ",./LC25000/" + name + "/"
                        + name.replace("_a", "").replace("_", "") + i + ".jpeg\n");
            }
            write("clean-clusters/" + name + ".csv", csv.toString());
        }
        TileSource clustered = open("lc25000:");
        assertThat(clustered.size()).isEqualTo(14);
        assertDisjoint(open("lc25000:", "train"), open("lc25000:", "test"), 14);
    }

    @Test
    void masksTellTheShareOfNucleiAndGlands() throws IOException {
        image("Warwick/train_1.bmp");
        mask("Warwick/train_1_anno.bmp", 64);
        image("Warwick/testA_2.bmp");
        mask("Warwick/testA_2_anno.bmp", 0);
        write("Warwick/Grade.csv", """
                name, patient ID, grade (GlaS), grade (Sirinukunwattana et al. 2015)
                testA_2, 4, benign, adenomatous
                train_1, 7, malignant, poorly differentiated
                """);
        TileSource glas = open("glas:");
        assertThat(labels(glas)).containsExactly("malignant");
        assertThat(glas.target(0)).isEqualTo(0.25);
        assertThat(glas.group(0)).isEqualTo("7");
        assertThat(open("glas:", "test").target(0)).isZero();

        image("TNBC/Slide_01/01_1.png");
        mask("TNBC/GT_01/01_1.png", 128);
        assertThat(open("tnbc:").group(0)).isEqualTo("01");
        assertThat(open("tnbc:").target(0)).isEqualTo(0.5);

        image("MoNuSeg 2018 Training Data/Tissue Images/TCGA-18-5592-01Z-00-DX1.tif");
        image("MoNuSegTestData/TCGA-2Z-A9J9-01A-01-TS1.tif");
        String xml = "<?xml version=\"1.0\"?>\n<Annotations><Annotation><Regions><Region Id=\"1\"><Vertices>"
                + "<Vertex X=\"0\" Y=\"0\" Z=\"0\"/><Vertex X=\"8\" Y=\"0\"/><Vertex X=\"8\" Y=\"16\"/><Vertex X=\"0\" Y=\"16\"/>"
                + "</Vertices></Region></Regions></Annotation></Annotations>";
        write("MoNuSeg 2018 Training Data/Annotations/TCGA-18-5592-01Z-00-DX1.xml", xml);
        TileSource train = open("monuseg:");
        assertThat(train.size()).isEqualTo(1);
        assertThat(train.group(0)).isEqualTo("TCGA-18-5592");
        assertThat(train.target(0)).isEqualTo(0.5);
        assertThat(open("monuseg:", "test").target(0)).isNaN(); // without its XML
    }

    @Test
    void aTableOfTilesGivesClassesGroupsTargetsAndParts() throws IOException {
        image("a/1.png");
        image("a/2.png");
        image("b/3.png");
        write(
                "tiles.csv",
                "image,split,patient,area,class\n1.png,train,p,0.5,x\nb/3.png,test,q,0.75,y\n4.png,test,q,1,y\n");
        TileSource all = open("csv:", "", "tiles.csv");
        assertThat(labels(all)).containsExactly("x", "y");
        assertThat(List.of(all.target(0), all.target(1))).containsExactly(0.5, 0.75);
        assertThat(all.group(1)).isEqualTo("q");
        assertThat(told).anyMatch(line -> line.contains("1 tile that"));
        assertThat(open("", "test", "tiles.csv").name(0)).isEqualTo("b/3.png");
        assertThatThrownBy(() -> open("csv:", "dev", "tiles.csv")).hasMessageContaining("[test, train]");
    }

    private TileSource open(String kind) throws IOException {
        return open(kind, "");
    }

    private TileSource open(String kind, String part) throws IOException {
        return open(kind, part, "");
    }

    private TileSource open(String kind, String part, String below) throws IOException {
        return TileLocation.parse(kind + folder.resolve(below) + (part.isEmpty() ? "" : "#" + part))
                .open(ImageFolder.Labels.AUTO, told::add);
    }

    private static List<String> labels(TileSource source) {
        return IntStream.range(0, source.size())
                .mapToObj(i -> source.classes().get(source.label(i)))
                .toList();
    }

    static void assertDisjoint(TileSource train, TileSource test, int tiles) {
        assertThat(train.size() + test.size()).isEqualTo(tiles);
        assertThat(groups(train)).isNotEmpty().doesNotContainAnyElementsOf(groups(test));
        assertThat(groups(test)).isNotEmpty();
    }

    private static Set<String> groups(TileSource source) {
        Set<String> groups = new HashSet<>();
        for (int i = 0; i < source.size(); i++) {
            groups.add(Objects.requireNonNull(source.group(i)));
        }
        return groups;
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, text);
    }

    private void image(String name) throws IOException {
        RgbImage image = RgbImage.blank(16, 16);
        java.util.Arrays.fill(image.rgb(), (byte) name.hashCode());
        image(name, image);
    }

    private void mask(String name, int covered) throws IOException {
        RgbImage image = RgbImage.blank(16, 16);
        java.util.Arrays.fill(image.rgb(), 0, 3 * covered, (byte) 3);
        image(name, image);
    }

    private void image(String name, RgbImage image) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.write(file, ImageFiles.encode(name.substring(name.lastIndexOf('.')), image));
    }

    private void fold(int number, String... tissues) throws IOException {
        Path images = folder.resolve("Fold " + number + "/images/fold" + number);
        Path masks = folder.resolve("Fold " + number + "/masks/fold" + number);
        Files.createDirectories(images);
        Files.createDirectories(masks);
        int n = tissues.length;
        double[] pixels = new double[n * 16 * 16 * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = i % (16 * 16 * 3) + 10;
        }
        npy(images.resolve("images.npy"), "<f8", n + ", 16, 16, 3", doubles(pixels));
        StringBuilder types = new StringBuilder();
        for (String tissue : tissues) {
            types.append(tissue).append("\0".repeat(13 - tissue.length()));
        }
        npy(images.resolve("types.npy"), "<U13", n + ",", types.toString().getBytes(Charset.forName("UTF-32LE")));
        double[] nuclei = new double[n * 16 * 16 * 6];
        for (int p = 100; p < 200; p++) {
            nuclei[6 * p] = 1; // a neoplastic one
        }
        nuclei[6 * 3 + 1] = 2; // two inflammatory ones
        nuclei[6 * 9 + 1] = 3;
        if (n > 2) {
            nuclei[2 * 16 * 16 * 6 + 3] = 5; // a dead one
        }
        npy(masks.resolve("masks.npy"), "<f8", n + ", 16, 16, 6", doubles(nuclei));
    }

    private static byte[] doubles(double[] values) {
        byte[] bytes = new byte[8 * values.length];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().put(values);
        return bytes;
    }

    private static void npy(Path file, String type, String shape, byte[] data) throws IOException {
        String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }\n";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
        bytes.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(data);
        Files.write(file, bytes.toByteArray());
    }
}
