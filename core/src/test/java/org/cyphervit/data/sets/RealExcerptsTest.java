package org.cyphervit.data.sets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.cyphervit.data.ImageFolder;
import org.cyphervit.data.TileSource;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real tiles, where the folder of the property data.dir has them. */
class RealExcerptsTest {
    private final Path data = Path.of(System.getProperty("data.dir", "none"));
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void thereAre() {
        Assumptions.assumeTrue(Files.isDirectory(data), "no real tiles: data.dir is not a folder");
    }

    @Test
    void colorectalTissues() throws IOException {
        TileSource test = open("nct-crc-he:", "crc-val-he-7k-sample32#test");
        assertThat(test.size()).isEqualTo(32);
        assertThat(test.read(0).width()).isEqualTo(224);
        TileSource train = open("nct-crc-he:", "nct-crc-he-sample9#train-nonorm");
        assertThat(IntStream.range(0, 9).map(train::label).toArray()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(told).anyMatch(line -> line.contains("An excerpt"));
    }

    @Test
    void clustersAndPatientsStayTogether() throws IOException {
        TileSource train = open("lc25000:", "lc25000-colon#train");
        TileSource test = open("lc25000:", "lc25000-colon#test");
        assertThat(train.classes()).containsExactly("colon_aca", "colon_n");
        DataSetsTest.assertDisjoint(
                train, test, open("lc25000:", "lc25000-colon").size());
        TileSource idc = open("idc:", "idc-breast");
        assertThat(IntStream.range(0, idc.size())
                        .mapToObj(i -> Objects.requireNonNull(idc.group(i)))
                        .distinct()
                        .count())
                .isEqualTo(80);
        assertThat(idc.read(0).width()).isEqualTo(50);
    }

    @Test
    void masksAndTables() throws IOException {
        TileSource glas = open("glas:", "glas#all");
        assertThat(glas.size()).isEqualTo(12);
        assertThat(IntStream.range(0, 12).mapToDouble(glas::target)).allMatch(share -> share > 0.1 && share < 0.9);
        TileSource tnbc = open("tnbc:", "tnbc-naylor");
        assertThat(tnbc.size()).isEqualTo(50);
        assertThat(tnbc.target(0)).isBetween(0.02, 0.6);
        TileSource nuclei = open("", "consep-nuclei/nuclei.csv#train");
        assertThat(nuclei.size()).isEqualTo(429);
        assertThat(nuclei.target(0)).isEqualTo(0.2487);
        assertThat(nuclei.group(0)).isEqualTo("10");
    }

    private TileSource open(String kind, String place) throws IOException {
        return TileLocation.parse(kind + data.resolve(place)).open(ImageFolder.Labels.AUTO, told::add);
    }
}
