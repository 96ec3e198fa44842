package org.cyphervit.stain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.cyphervit.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StainMethodTest {
    private static final double[][] STAINS = {{0.65, 0.15}, {0.70, 0.95}, {0.29, 0.27}};

    @ParameterizedTest
    @EnumSource(StainMethod.class)
    void tissueGivenItsOwnStainsStaysWithinOneGreyLevel(StainMethod method) {
        byte[] tissue = tissue(STAINS, 1.5, 0.8, 7);
        StainFit fit = method.fit(tissue).orElseThrow();
        byte[] again = tissue.clone();
        fit.recolor(again, fit);
        double mean = meanDifference(tissue, again);
        // Sparse amounts are a little less than the densities ask for.
        assertThat(mean).isLessThan(method == StainMethod.VAHADANE ? 4 : 1);
    }

    @ParameterizedTest
    @EnumSource(StainMethod.class)
    void theOrderOfPixelsDoesNotMatter(StainMethod method) {
        byte[] tissue = tissue(STAINS, 1.5, 0.8, 7);
        byte[] reversed = new byte[tissue.length];
        for (int i = 0; i < tissue.length; i += 3) {
            System.arraycopy(tissue, i, reversed, tissue.length - 3 - i, 3);
        }
        double[] expected = numbers(method.fit(tissue).orElseThrow());
        double[] got = numbers(method.fit(reversed).orElseThrow());
        for (int k = 0; k < expected.length; k++) {
            assertThat(got[k]).isCloseTo(expected[k], within(method == StainMethod.VAHADANE ? 1e-2 : 1e-12));
        }
    }

    @ParameterizedTest
    @EnumSource(StainMethod.class)
    void tissueOfOtherStainsTakesOnTheTargets(StainMethod method) {
        byte[] target = tissue(STAINS, 1.5, 0.8, 1);
        byte[] other = tissue(new double[][] {{0.5, 0.3}, {0.75, 0.85}, {0.43, 0.43}}, 1.0, 1.2, 2);
        StainFit to = method.fit(target).orElseThrow();
        StainFit from = method.fit(other).orElseThrow();
        double before = distance(from, to);
        from.recolor(other, to);
        assertThat(distance(method.fit(other).orElseThrow(), to)).isLessThan(before / 4);
    }

    @ParameterizedTest
    @EnumSource(StainMethod.class)
    void tilesThatCannotBeMeasuredAreSaidToBeSo(StainMethod method) {
        byte[] blank = new byte[3 * 1000];
        Arrays.fill(blank, (byte) 245);
        assertThat(method.fit(blank)).isEmpty();
        assertThat(method.fit(new byte[3 * 1000])).as("black").isEmpty();
        Arrays.fill(blank, (byte) 100);
        assertThat(method.fit(blank)).as("one grey").isEmpty();
        Arrays.fill(blank, (byte) 245);
        Arrays.fill(blank, 0, 3 * 20, (byte) 50);
        assertThat(method.fit(blank)).as("a speck of dust").isEmpty();
        byte[] pen = new byte[3 * 1000];
        for (int i = 0; i < pen.length; i += 3) {
            pen[i] = (byte) 20;
            pen[i + 1] = (byte) 30;
            pen[i + 2] = (byte) 160;
        }
        assertThat(method.fit(pen)).as("one colour").isEmpty();
        assertThat(method.fit(new byte[3])).as("one pixel").isEmpty();
    }

    @Test
    void stainsThatMadeTheTissueAreFound() {
        byte[] tissue = tissue(STAINS, 1.5, 0.8, 3);
        StainProfile macenko = Macenko.fit(tissue).orElseThrow();
        StainProfile vahadane = Vahadane.fit(tissue).orElseThrow();
        for (int s = 0; s < 2; s++) {
            assertThat(cosine(macenko.stains(), STAINS, s)).isGreaterThan(0.99);
            assertThat(cosine(vahadane.stains(), STAINS, s)).isGreaterThan(0.98);
        }
    }

    @Test
    void sparseAmountsAreNeverNegativeAndNoWorseThanAnyNeighbour() {
        Unmixing unmixing = new Unmixing(STAINS, 0.1f);
        SplittableRandom random = new SplittableRandom(4);
        for (int n = 0; n < 500; n++) {
            byte[] pixel = new byte[3];
            random.nextBytes(pixel);
            unmixing.solve(pixel, 0);
            double h = unmixing.first;
            double e = unmixing.second;
            assertThat(Math.min(h, e)).isGreaterThanOrEqualTo(0);
            for (double[] step : new double[][] {{.01, 0}, {-.01, 0}, {0, .01}, {0, -.01}}) {
                double cost = cost(pixel, Math.max(0, h + step[0]), Math.max(0, e + step[1]));
                assertThat(cost).isGreaterThanOrEqualTo(cost(pixel, h, e) - 1e-6);
            }
        }
    }

    @Test
    void labOfEveryGreyAndManyColoursComesBack() {
        SplittableRandom random = new SplittableRandom(5);
        byte[] rgb = new byte[3 * 20_000];
        random.nextBytes(rgb);
        for (int v = 0; v < 256; v++) {
            Arrays.fill(rgb, 3 * v, 3 * v + 3, (byte) v);
        }
        byte[] back = new byte[rgb.length];
        float[] lab = new float[3];
        for (int i = 0; i < rgb.length; i += 3) {
            Lab.of(rgb, i, lab);
            Lab.to(lab, back, i);
        }
        for (int i = 0; i < rgb.length; i++) {
            assertThat(Math.abs((rgb[i] & 0xff) - (back[i] & 0xff))).isLessThanOrEqualTo(1);
        }
        Lab.of(new byte[] {(byte) 255, 0, 0}, 0, lab); // CIE: red of sRGB is 53.24, 80.09, 67.20
        assertThat(lab).containsExactly(new float[] {53.24f, 80.09f, 67.20f}, within(0.05f));
    }

    @ParameterizedTest
    @EnumSource(StainMethod.class)
    void aFileHoldsAFit(StainMethod method, @TempDir Path folder) throws IOException {
        Path file = folder.resolve("target.json");
        StainFit fit = method.fit(tissue(STAINS, 1.5, 0.8, 7)).orElseThrow();
        Files.writeString(file, fit.toJson());
        StainFit read = StainFiles.read(file);
        assertThat(read.method()).isEqualTo(method);
        assertThat(numbers(read)).isEqualTo(numbers(fit));
    }

    @Test
    void wrongFilesAndTargetsAreRefused(@TempDir Path folder) throws IOException {
        byte[] tissue = tissue(STAINS, 1.5, 0.8, 7);
        assertThatThrownBy(() -> StainMethod.MACENKO.reference().recolor(tissue, StainMethod.REINHARD.reference()))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("fit the target with macenko");
        Path file = folder.resolve("x.json");
        for (String text : new String[] {
            "",
            "{",
            "[]",
            "{\"format\":\"cyphervit-stain\",\"version\":1,\"method\":\"macenko\",\"stains\":[[1,1],[1,1],[1,1]],\"amounts\":[1,1]}",
            "{\"format\":\"cyphervit-stain\",\"version\":1,\"method\":\"reinhard\",\"mean\":[1,2],\"deviation\":[]}",
            "{\"format\":\"cyphervit-stain\",\"version\":1,\"method\":\"x\"}",
            " ".repeat(70_000)
        }) {
            Files.writeString(file, text);
            assertThatThrownBy(() -> StainFiles.read(file))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining(file.toString());
        }
    }

    @Test
    void percentilesAreThoseOfTheSortedArray() {
        SplittableRandom random = new SplittableRandom(6);
        for (int n = 1; n < 60; n++) {
            double[] values = random.doubles(n).map(v -> Math.floor(v * 20)).toArray();
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            for (double percent : new double[] {0, 1, 37.5, 50, 99, 100}) {
                double rank = percent / 100 * (n - 1);
                int k = (int) rank;
                double expected = sorted[k] + (sorted[Math.min(k + 1, n - 1)] - sorted[k]) * (rank - k);
                assertThat(Percentiles.linear(values.clone(), percent)).isCloseTo(expected, within(1e-12));
            }
        }
    }

    /** Pixels of nuclei, stroma and glass, with some noise. */
    static byte[] tissue(double[][] stains, double haematoxylin, double eosin, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] rgb = new byte[3 * 64 * 64];
        for (int i = 0; i < rgb.length; i += 3) {
            double kind = random.nextDouble();
            double h = kind < 0.3 ? haematoxylin * (0.5 + 0.5 * random.nextDouble()) : 0.1 * random.nextDouble();
            double e =
                    kind > 0.9 ? 0 : kind < 0.3 ? 0.1 * random.nextDouble() : eosin * (0.4 + 0.6 * random.nextDouble());
            for (int c = 0; c < 3; c++) {
                double density = stains[c][0] * h + stains[c][1] * e + 0.01 * random.nextDouble();
                rgb[i + c] = (byte) (int) (240 * Math.exp(-density) - 1);
            }
        }
        return rgb;
    }

    private static double cost(byte[] pixel, double h, double e) {
        double cost = 0.1 * (h + e);
        for (int c = 0; c < 3; c++) {
            double rest = OpticalDensity.of(pixel[c]) - STAINS[c][0] * h - STAINS[c][1] * e;
            cost += rest * rest / 2;
        }
        return cost;
    }

    private static double cosine(double[][] a, double[][] b, int column) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int c = 0; c < 3; c++) {
            ab += a[c][column] * b[c][column];
            aa += a[c][column] * a[c][column];
            bb += b[c][column] * b[c][column];
        }
        return ab / Math.sqrt(aa * bb);
    }

    private static double[] numbers(StainFit fit) {
        return switch (fit) {
            case StainProfile p ->
                new double[] {
                    p.stains()[0][0],
                    p.stains()[0][1],
                    p.stains()[1][0],
                    p.stains()[1][1],
                    p.stains()[2][0],
                    p.stains()[2][1],
                    p.amounts()[0],
                    p.amounts()[1]
                };
            case ColorProfile p ->
                new double[] {
                    p.mean()[0], p.mean()[1], p.mean()[2], p.deviation()[0], p.deviation()[1], p.deviation()[2]
                };
        };
    }

    private static double meanDifference(byte[] a, byte[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs((a[i] & 0xff) - (b[i] & 0xff));
        }
        return sum / a.length;
    }

    private static double distance(StainFit a, StainFit b) {
        double[] x = numbers(a);
        double[] y = numbers(b);
        double sum = 0;
        for (int k = 0; k < x.length; k++) {
            sum += Math.abs(x[k] - y[k]);
        }
        return sum;
    }
}
