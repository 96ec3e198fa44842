package org.cyphervit.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cyphervit.UserError;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.train.Run;
import org.cyphervit.train.RunListener;
import org.cyphervit.train.TinyRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class ResumedRecipeTest {
    private static final DatasetInfo TILES = new DatasetInfo(TinyRun.TISSUE.size(), TinyRun.TISSUE.classes());
    private static final Recipe RUN = TinyRun.recipe("vit_nano", 6);
    private static final String WRITTEN = Recipes.write(RUN);

    @Test
    void changedKeysAreRefusedByName() {
        assertThatThrownBy(() -> resumed("run.steps=150", "run.seed=5", "method.hidden=64"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("run.steps is 6 there and 150 here")
                .hasMessageContaining("method.hidden is 32 there and 64 here")
                .hasMessageContaining("setting 'extend'")
                .hasMessageNotContaining("run.seed");
        assertThatThrownBy(() -> resumed("backbone.name=cyphervit_nano"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("backbone.kind");
    }

    @Test
    void theSameKeysAndThoseThatChangeNothingLearntAreTaken() {
        assertThat(resumed("run.steps=6", "run.precision=FP32")).isEqualTo(RUN);
        Recipe changed = resumed("run.onCollapse=continue", "run.keep=7");
        assertThat(changed.run().onCollapse()).isEqualTo(Recipe.RunRecipe.OnCollapse.CONTINUE);
        assertThat(changed.run().keep()).isEqualTo(7);
        assertThat(changed.optimizer()).isEqualTo(RUN.optimizer());
    }

    @Test
    void aRunThatEndedIsTrainedLonger(@TempDir Path folder) throws Exception {
        new Run(folder, RUN, TinyRun.TISSUE, null, List.of()).train(false);
        byte[] before = Files.readAllBytes(folder.resolve(EncoderFile.NAME));
        Recipe longer = ResumedRecipe.of(WRITTEN, Recipes.empty(), TILES, 4);
        RunListener.End end = new Run(folder, longer, TinyRun.TISSUE, null, List.of()).train(true);
        assertThat(end.step()).isEqualTo(10);
        assertThat(end.finished()).isTrue();
        assertThat(Files.readAllBytes(folder.resolve(EncoderFile.NAME))).isNotEqualTo(before);
        assertThat(Recipes.parse(Files.readString(folder.resolve(Run.RECIPE)))
                        .run()
                        .steps())
                .isEqualTo(10);
    }

    @Test
    void aRefusedRunDoesNotBlockTheNext(@TempDir Path folder) throws Exception {
        Recipe tooMany = TinyRun.recipe("vit_nano", 2, "run.batch=512", "run.accumulate=1");
        assertThatThrownBy(() -> new Run(folder, tooMany, TinyRun.TISSUE, null, List.of()).train(false))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("512 cannot be drawn");
        RunListener broken = new RunListener() {
            @Override
            public void started(Start start) {
                throw new UserError("no room");
            }
        };
        assertThatThrownBy(() -> new Run(folder, RUN, TinyRun.TISSUE, null, List.of(broken)).train(false))
                .hasMessageContaining("no room");
        assertThat(new Run(folder, TinyRun.recipe("vit_nano", 2), TinyRun.TISSUE, null, List.of())
                        .train(false)
                        .step())
                .isEqualTo(2);
    }

    private static Recipe resumed(String... settings) {
        ObjectNode overrides = Recipes.empty();
        for (String setting : settings) {
            Recipes.set(overrides, setting);
        }
        return ResumedRecipe.of(WRITTEN, overrides, TILES, 0);
    }
}
