package org.cyphervit.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.cyphervit.UserError;
import org.cyphervit.backbone.CypherVitConfig;
import org.cyphervit.ssl.Tiles;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class RecipesTest {
    @Test
    void whatIsWrittenReadsBackEqual() {
        Recipe recipe = TinyRun.recipe("cyphervit_nano", 7);
        assertThat(Recipes.parse(Recipes.write(recipe))).isEqualTo(recipe);
        assertThat(recipe.backbone()).isInstanceOf(CypherVitConfig.class);
        assertThat(recipe.run().steps()).isEqualTo(7);
    }

    @Test
    void unknownKeysAreRefusedWithTheNearestKnownOne() {
        assertThatThrownBy(() -> resolve("run.bacth=3"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("'bacth'")
                .hasMessageContaining("did you mean 'batch'");
        assertThatThrownBy(() -> resolve("optimiser.clip=3"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("did you mean 'optimizer'");
    }

    @Test
    void wrongValuesNameTheirKey() {
        assertThatThrownBy(() -> resolve("run.batch=many"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("run.batch");
        assertThatThrownBy(() -> resolve("method.studentTemperature=-1"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("above 0");
        assertThatThrownBy(() -> resolve("run=3")).isInstanceOf(UserError.class).hasMessageContaining("section");
        assertThatThrownBy(() -> resolve("method.name=dimo"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("dino");
    }

    @Test
    void everyRecipeOfTheFolderBuildsItsMethod() throws IOException {
        Tiles tiles = new Tiles(1000, List.of("stroma", "tumour"));
        try (Stream<Path> files = Files.list(Path.of("../recipes"))) {
            assertThat(files.toList()).hasSizeGreaterThan(12).allSatisfy(file -> {
                Recipe recipe = Recipes.resolve(Recipes.read(file), tiles);
                String method = recipe.method().kind().name();
                assertThat(file.getFileName().toString()).startsWith(method + "-");
                assertThat(Recipes.parse(Recipes.write(recipe))).isEqualTo(recipe);
            });
        }
    }

    private static Recipe resolve(String setting) {
        ObjectNode wishes = Recipes.empty();
        Recipes.set(wishes, setting);
        return Recipes.resolve(wishes, new Tiles(1000, List.of()));
    }
}
