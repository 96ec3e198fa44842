package org.cyphervit.ssl.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cyphervit.UserError;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.generated.GeneratedTissue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TileLabelsTest {
    private static final TileSource TILES = new GeneratedTissue(1, 1, 48, 1);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void numbersAreValuesAndWordsClasses() throws IOException {
        String csv = "tile,grade,\"how much, in all\"\n%s,high,0.5\n%s,low,2\n%s,,\nno such tile,none,7\n"
                .formatted(TILES.name(0), last(TILES.name(2)), TILES.name(3));
        TileLabels grade = read(csv, "grade");
        assertThat(grade.classes()).containsExactly("high", "low");
        assertThat(grade.values()).startsWith(0, Float.NaN, 1, Float.NaN);
        assertThat(grade.known()).isEqualTo(2);
        TileLabels amount = read(csv, "how much, in all");
        assertThat(amount.classes()).isEmpty();
        assertThat(amount.values()).startsWith(0.5f, Float.NaN, 2, Float.NaN);
    }

    @Test
    void whatCannotBeUsedIsRefusedWithAReason() {
        assertThatThrownBy(() -> read("tile,grade\nx,1\n", "stage"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("has the columns tile, grade; expected stage");
        assertThatThrownBy(() -> read("tile,grade\nx,1\ny,2\n", "grade"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(TILES.name(0));
        String name = TILES.name(0);
        assertThatThrownBy(() -> read("tile,grade\n" + name + ",1\n" + name + ",2\n", "grade"))
                .isInstanceOf(UserError.class)
                .hasMessageContainingAll("Rows 1 and 2", "different values of 'grade'");
        assertThatThrownBy(() -> read("tile,tile\nx,1\n", "tile")).isInstanceOf(UserError.class);
    }

    private TileLabels read(String csv, String column) throws IOException {
        return TileLabels.read(Files.writeString(folder.resolve("labels.csv"), csv), column, TILES);
    }

    private static String last(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }
}
