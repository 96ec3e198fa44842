package org.cyphervit.eval.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.cyphervit.UserError;
import org.cyphervit.eval.table.Table.Cell;
import org.junit.jupiter.api.Test;

class TableTest {
    private final Table table = new Table.Builder("k-NN & co", List.of("features", "Acc@1"))
            .cells(List.of(Cell.of("a, \"b\" | c_1"), new Cell("61.2 ± 0.8", true)))
            .note("5 % <b>")
            .build();

    @Test
    void everyFormatEscapesWhatItMust() {
        assertThat(table.write(TableFormat.CSV)).isEqualTo("features,Acc@1\n\"a, \"\"b\"\" | c_1\",61.2 ± 0.8\n");
        assertThat(table.write(TableFormat.MD)).contains("| a, \"b\" \\| c_1 | **61.2 ± 0.8** |", "| --- | ---: |");
        assertThat(table.write(TableFormat.TEX))
                .contains("c\\_1 & \\textbf{61.2 $\\pm$ 0.8} \\\\", "5 \\% $<$b$>$", "co}");
        assertThat(table.write(TableFormat.HTML)).contains("<b>61.2 ± 0.8</b>", "5 % &lt;b&gt;", "k-NN &amp; co");
        assertThat(table.write(TableFormat.TXT)).contains("features            Acc@1\n", "61.2 ± 0.8*\n");
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> TableFormat.of(Path.of("table.docx")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("txt, csv, md, tex, html");
    }
}
