package org.cyphervit.data.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cyphervit.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelTableTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void aRowBelongsToTheTileThatItNamesBest() throws IOException {
        LabelTable table = table("grade,tile\n1,a/x.png\n2,./b/x\n3,set\\c\\y.jpg\n4,z\n5,nowhere.png\n");
        assertThat(rows(table, "a/x.png", "b/x.png", "c/y.jpg", "d/z.tif", "e.png"))
                .as("the same; without extension; a longer path; the last part without extension; none")
                .containsExactly(0, 1, 2, 3, -1);
    }

    @Test
    void theSameNameCountsMoreThanTheEndOfAPath() throws IOException {
        assertThat(rows(table("tile,grade\nx.png,1\na/x.png,2\n"), "x.png", "a/x.png"))
                .containsExactly(0, 1);
        assertThat(rows(table("tile,grade\nx.png,1\nx.jpg,2\n"), "x.jpg", "x.png"))
                .containsExactly(1, 0);
    }

    @Test
    void withoutAColumnOfNamesTheFirstOneCounts() throws IOException {
        assertThat(rows(table("field,grade\nx.png,1\n"), "x.png")).containsExactly(0);
    }

    @Test
    void aRowThatFitsSeveralTilesIsRefusedWithBoth() throws IOException {
        LabelTable table = table("tile,grade\nx.png,1\n");
        assertThatThrownBy(() -> rows(table, "a/x.png", "b/x.png"))
                .isInstanceOf(UserError.class)
                .hasMessageContainingAll("Row 1", "'a/x.png' and 'b/x.png'", "as much of the path");
    }

    @Test
    void rowsOfOneTileMustAgree() throws IOException {
        assertThat(rows(table("tile,grade\nx.png,1\nx,1\n"), "x.png")).containsExactly(0);
        LabelTable different = table("tile,grade\nx.png,1\nx,2\n");
        assertThatThrownBy(() -> rows(different, "x.png"))
                .isInstanceOf(UserError.class)
                .hasMessageContainingAll("Rows 1 and 2", "'grade'", "'1' and '2'");
    }

    private static int[] rows(LabelTable table, String... names) {
        return table.rows(List.of(names), row -> true, table.cells().column("grade"));
    }

    private LabelTable table(String csv) throws IOException {
        return LabelTable.read(Files.writeString(folder.resolve("labels.csv"), csv));
    }
}
