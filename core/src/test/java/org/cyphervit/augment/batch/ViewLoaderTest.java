package org.cyphervit.augment.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.augment.ViewOptions;
import org.cyphervit.augment.ViewRecipe;
import org.cyphervit.augment.ViewSpec;
import org.cyphervit.augment.Views;
import org.cyphervit.data.ImageFolder;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.group.Group;
import org.cyphervit.image.RgbImage;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ViewLoaderTest {
    private static final ViewRecipe RECIPE =
            ViewOptions.MultiCrop.of(32).withLocals(2, 16, 0.1).recipe();

    private final TileSource tissue = new GeneratedTissue(4, 2, 48, 1);

    @Test
    void viewsDependNeitherOnThreadsNorOnWhereTheRunWasResumed() {
        try (ViewLoader one = new ViewLoader(tissue, RECIPE, 6, 9, 1, 0);
                ViewLoader three = new ViewLoader(tissue, RECIPE, 6, 9, 3, 0);
                ViewLoader resumed = new ViewLoader(tissue, RECIPE, 6, 9, 2, 7)) {
            for (int step = 0; step < 14; step++) {
                ViewBatch expected = one.next();
                same(expected, three.next());
                if (step >= 7) {
                    same(expected, resumed.next());
                }
            }
        }
    }

    @Test
    void norDoThoseThatTheDeviceMakes() {
        try (ViewLoader one = onDevice(1, 0);
                ViewLoader three = onDevice(3, 0);
                ViewLoader resumed = onDevice(2, 7)) {
            for (int step = 0; step < 9; step++) {
                float[] expected = values(one.next());
                assertThat(values(three.next())).isEqualTo(expected);
                if (step >= 7) {
                    assertThat(values(resumed.next())).isEqualTo(expected);
                }
            }
        }
    }

    private ViewLoader onDevice(int threads, long firstStep) {
        return new ViewLoader(
                tissue, new ViewRequest(RECIPE, List.of(), true), 6, 9, threads, firstStep, Group.singleProcess());
    }

    private static float[] values(ViewBatch batch) {
        try (Scope scope = Scope.open()) {
            List<Tensor> flat = batch.tensors(new Device("cpu")).stream()
                    .map(Tensor::flatten)
                    .toList();
            return Tensors.floats(Tensors.cat(flat, 0));
        }
    }

    @Test
    void everyTileIsSeenOnceInAnEpochAndEpochsDiffer() {
        try (ViewLoader loader = new ViewLoader(tissue, RECIPE, 9, 3, 2, 0)) {
            int[] first = new int[36];
            int[] second = new int[36];
            for (int i = 0; i < 4; i++) {
                System.arraycopy(loader.next().tiles(), 0, first, 9 * i, 9);
            }
            for (int i = 0; i < 4; i++) {
                System.arraycopy(loader.next().tiles(), 0, second, 9 * i, 9);
            }
            assertThat(first).doesNotHaveDuplicates();
            assertThat(second).doesNotHaveDuplicates().isNotEqualTo(first);
        }
    }

    @Test
    void aTileThatBreaksDuringTheRunIsReplacedAndNamed(@TempDir Path folder) throws IOException {
        new GeneratedTissue(2, 1, 48, 5).writeTo(folder, done -> {});
        ImageFolder source = ImageFolder.scan(folder);
        Path broken = folder.resolve(source.name(3));
        Files.write(broken, new byte[] {1, 2, 3});
        try (ViewLoader loader = new ViewLoader(source, RECIPE, 9, 0, 2, 0)) {
            loader.next();
            loader.next();
            assertThat(loader.unreadable()).containsExactly(source.name(3));
        }
    }

    @Test
    void colourStrengthZeroWithoutCropOrFlipGivesTheTileBack() {
        RgbImage tile = new GeneratedTissue(1, 1, 48, 2).read(4);
        ViewSpec.Color stainOnly = new ViewSpec.Color(1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        ViewSpec still = new ViewSpec("still", 1, 48, 1, 1, new ViewSpec.Flips(0, 0), false, stainOnly);
        byte[] view = Views.draw(tile, still, new SplittableRandom(1)).rgb();
        for (int i = 0; i < view.length; i++) {
            assertThat(Math.abs((view[i] & 0xff) - (tile.rgb()[i] & 0xff))).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void changesOfStainAndColourLeaveTissueRecognisable() {
        ViewSpec.Color recipe =
                new ViewOptions.Pair(48, 1, true, 1).recipe().specs().getFirst().color();
        ViewSpec.Color sharp = new ViewSpec.Color(
                1,
                recipe.stainStrength(),
                1,
                recipe.brightness(),
                recipe.contrast(),
                recipe.saturation(),
                recipe.hue(),
                0,
                0,
                0);
        ViewSpec still = new ViewSpec("still", 1, 48, 1, 1, new ViewSpec.Flips(0, 0), false, sharp);
        SplittableRandom random = new SplittableRandom(3);
        double change = 0;
        for (int i = 0; i < tissue.size(); i++) {
            RgbImage tile = new GeneratedTissue(4, 2, 48, 1).read(i);
            byte[] view = Views.draw(tile, still, random).rgb();
            for (int p = 0; p < view.length; p++) {
                change += Math.abs((view[p] & 0xff) - (tile.rgb()[p] & 0xff));
            }
        }
        assertThat(change / (36 * 3 * 48 * 48)).as("mean change in grey levels").isBetween(8.0, 40.0);
    }

    @Test
    void globalColourBelowOneChangesOnlyWhatTheTeacherSees() {
        List<ViewSpec> specs = ViewOptions.MultiCrop.of(48)
                .withLocals(4, 24, 0.1)
                .withColor(true, 2, 0)
                .recipe()
                .specs();
        for (ViewSpec global : specs.subList(0, 2)) {
            ViewSpec.Color color = global.color();
            assertThat(List.of(color.stainStrength(), color.brightness(), color.hue(), color.grey()))
                    .containsOnly(0.0);
        }
        ViewSpec.Color local = specs.getLast().color();
        assertThat(local)
                .isEqualTo(ViewOptions.MultiCrop.of(48)
                        .withLocals(4, 24, 0.1)
                        .withColor(true, 2, 1)
                        .recipe()
                        .specs()
                        .getLast()
                        .color());
        assertThat(local.stainStrength()).isEqualTo(0.6);
    }

    private static void same(ViewBatch first, ViewBatch second) {
        CpuViewBatch expected = (CpuViewBatch) first;
        CpuViewBatch got = (CpuViewBatch) second;
        assertThat(got.step()).isEqualTo(expected.step());
        assertThat(got.tiles()).isEqualTo(expected.tiles());
        for (int v = 0; v < expected.views().size(); v++) {
            assertThat(got.views().get(v)).isEqualTo(expected.views().get(v));
        }
    }
}
