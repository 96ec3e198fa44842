package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.cyphervit.train.recipe.Recipe;
import org.cyphervit.train.recipe.Recipes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder that holds fewer tiles than the usual batch is trained on all the same, as the workbench asks for it. */
class FewTilesTest {
    @TempDir
    private Path folder;

    @Test
    void theBatchIsOneThatTheTilesFill() throws Exception {
        Path tiles = SmallRun.paint(folder);
        CommandRun estimate = pretrain(tiles, "--estimate");
        assertThat(estimate.code()).as(estimate.err()).isZero();
        assertThat(estimate.err())
                .contains("24 tiles, fewer than the usual batch of 64: run.batch is 16", "of 16 tiles");

        CommandRun run = pretrain(tiles);
        assertThat(run.code()).as(run.err()).isZero();
        Recipe recipe = Recipes.parse(Files.readString(folder.resolve("run/recipe.yaml")));
        assertThat(recipe.run().batch()).isEqualTo(16);
        assertThat(recipe.optimizer().learningRate())
                .as("goes by the batch")
                .isCloseTo(recipe.optimizer().baseLearningRate() * 16 / 256, within(1e-9));
    }

    @Test
    void aBatchThatWasAskedForStaysAndOneTileIsRefused() throws Exception {
        Path tiles = SmallRun.paint(folder);
        CommandRun asked = pretrain(tiles, "--set", "run.batch=64");
        assertThat(asked.code()).isOne();
        assertThat(asked.err()).contains("A batch of 64 cannot be drawn from 24 tiles; set run.batch");
        try (Stream<Path> files = Files.walk(tiles)) {
            for (Path file : files.filter(Files::isRegularFile).skip(1).toList()) {
                Files.delete(file);
            }
        }
        assertThat(pretrain(tiles).err()).contains("There is 1 tile to learn from");
        assertThat(folder.resolve("run")).doesNotExist();
    }

    private CommandRun pretrain(Path tiles, String... more) {
        List<String> words = new ArrayList<>(List.of("pretrain", "--data", tiles.toString(), "--method", "simclr"));
        words.addAll(List.of("--backbone", "cyphervit_nano", "--out", folder + "/run", "--set", "backbone.width=24"));
        words.addAll(List.of("--set", "backbone.heads=2", "--set", "backbone.tokens=[6,3]", "--set", "run.steps=1"));
        words.addAll(List.of("--set", "backbone.imageSize=32", "--set", "views.globalSize=32"));
        words.addAll(List.of(more));
        return CommandRun.of(words.toArray(String[]::new));
    }
}
