package org.cyphervit.eval.table;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.cyphervit.UserError;
import org.cyphervit.eval.table.Table.Cell;
import org.cyphervit.file.CsvTable;

/** How a table is written. To add a format: a constant here. */
@SuppressWarnings("ImmutableEnumChecker") // writers are stateless
public enum TableFormat {
    /** Columns aligned by spaces; a star marks the best. */
    TXT(TableFormat::text),
    /** RFC 4180, without title and notes. */
    CSV(TableFormat::csv),
    /** A pipe table. */
    MD(TableFormat::markdown),
    /** A {@code booktabs} table. */
    TEX(TableFormat::latex),
    /** A page of its own. */
    HTML(TableFormat::html);

    private final Function<Table, String> writer;

    TableFormat(Function<Table, String> writer) {
        this.writer = writer;
    }

    /** The format of a file by its extension. */
    public static TableFormat of(Path file) {
        String name = String.valueOf(file.getFileName());
        String extension = name.substring(name.lastIndexOf('.') + 1);
        return Arrays.stream(values())
                .filter(format -> format.name().equalsIgnoreCase(extension))
                .findFirst()
                .orElseThrow(() -> new UserError("The table '" + file + "' needs one of the extensions "
                        + Arrays.stream(values()).map(TableFormat::extension).collect(Collectors.joining(", "))
                        + "."));
    }

    /** Such as {@code md}. */
    public String extension() {
        return name().toLowerCase(Locale.ROOT);
    }

    String write(Table table) {
        return writer.apply(table);
    }

    private static String text(Table table) {
        List<List<String>> lines = new ArrayList<>(List.of(table.header()));
        table.rows()
                .forEach(row -> lines.add(row.stream()
                        .map(cell -> cell.text() + (cell.best() ? "*" : ""))
                        .toList()));
        int[] widths = new int[table.header().size()];
        lines.forEach(line -> {
            for (int c = 0; c < widths.length; c++) {
                widths[c] = Math.max(widths[c], line.get(c).length());
            }
        });
        StringBuilder text = new StringBuilder(table.title()).append('\n');
        for (List<String> line : lines) {
            StringBuilder row = new StringBuilder();
            for (int c = 0; c < widths.length; c++) {
                String pad = " ".repeat(widths[c] - line.get(c).length());
                row.append(c == 0 ? line.get(c) + pad : "  " + pad + line.get(c));
            }
            text.append(row.toString().stripTrailing()).append('\n');
        }
        table.notes().forEach(note -> text.append(note).append('\n'));
        return text.toString();
    }

    private static String csv(Table table) {
        return Stream.concat(
                        Stream.of(table.header()),
                        table.rows().stream()
                                .map(row -> row.stream().map(Cell::text).toList()))
                .map(row -> row.stream().map(CsvTable::quote).collect(Collectors.joining(",")) + "\n")
                .collect(Collectors.joining());
    }

    private static String markdown(Table table) {
        StringBuilder text = new StringBuilder("**" + table.title() + "**\n\n");
        text.append(pipes(table.header()));
        text.append(pipes(table.header().stream()
                .map(h -> h.equals(table.header().getFirst()) ? "---" : "---:")
                .toList()));
        table.rows()
                .forEach(row -> text.append(pipes(row.stream()
                        .map(cell -> cell.best() ? "**" + cell.text() + "**" : cell.text())
                        .toList())));
        table.notes().forEach(note -> text.append('\n').append(note).append('\n'));
        return text.toString();
    }

    private static String pipes(List<String> cells) {
        return cells.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    private static String latex(Table table) {
        StringBuilder text = new StringBuilder("\\begin{table}\n\\centering\n\\caption{");
        text.append(escapeLatex(table.title())).append("}\n\\begin{tabular}{l");
        text.append("r".repeat(table.header().size() - 1)).append("}\n\\toprule\n");
        text.append(ampersands(table.header())).append("\\midrule\n");
        for (List<Cell> row : table.rows()) {
            text.append(row.stream()
                    .map(cell -> cell.best() ? "\\textbf{" + escapeLatex(cell.text()) + "}" : escapeLatex(cell.text()))
                    .collect(Collectors.joining(" & ", "", " \\\\\n")));
        }
        text.append("\\bottomrule\n\\end{tabular}\n");
        table.notes()
                .forEach(note ->
                        text.append("\n{\\small ").append(escapeLatex(note)).append("}\n"));
        return text.append("\\end{table}\n").toString();
    }

    private static String ampersands(List<String> cells) {
        return cells.stream().map(TableFormat::escapeLatex).collect(Collectors.joining(" & ", "", " \\\\\n"));
    }

    private static String escapeLatex(String text) {
        return text.replace("\\", "\\textbackslash ")
                .replaceAll("([#$%&_{}])", "\\\\$1")
                .replace("±", "$\\pm$")
                .replace("<", "$<$")
                .replace(">", "$>$");
    }

    private static String html(Table table) {
        StringBuilder text = new StringBuilder("<!doctype html><html lang=en><meta charset=utf-8><title>");
        text.append(escapeHtml(table.title()))
                .append("</title><style>body{font:15px/1.5 system-ui,sans-serif;")
                .append("margin:2rem}table{border-collapse:collapse}td,th{padding:.25rem .8rem;text-align:right}")
                .append("th{border-bottom:2px solid #888}td:first-child,th:first-child{text-align:left}</style><h1>")
                .append(escapeHtml(table.title()))
                .append("</h1>\n<table><tr>");
        table.header()
                .forEach(head -> text.append("<th>").append(escapeHtml(head)).append("</th>"));
        text.append("</tr>\n");
        for (List<Cell> row : table.rows()) {
            text.append("<tr>");
            row.forEach(cell -> text.append("<td>")
                    .append(cell.best() ? "<b>" + escapeHtml(cell.text()) + "</b>" : escapeHtml(cell.text()))
                    .append("</td>"));
            text.append("</tr>\n");
        }
        text.append("</table>\n");
        table.notes()
                .forEach(note -> text.append("<p>").append(escapeHtml(note)).append("</p>\n"));
        return text.append("</html>\n").toString();
    }

    private static String escapeHtml(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
