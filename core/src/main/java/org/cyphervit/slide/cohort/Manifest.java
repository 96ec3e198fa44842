package org.cyphervit.slide.cohort;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.file.CsvTable;
import org.cyphervit.file.parquet.ParquetColumn;
import org.cyphervit.file.parquet.ParquetTable;
import org.cyphervit.slide.tiling.Rejection;
import org.jspecify.annotations.Nullable;

/** The tables of a cohort: {@code manifest.csv} and {@code manifest.parquet}, a row per tile; {@code slides.csv}, a row per slide. */
final class Manifest {
    static final List<String> TILE_COLUMNS = List.of(
            "slide", "label", "file", "orientation", "x", "y", "size_level0", "size", "mpp", "level0_mpp", "coverage");
    static final String TILES = "manifest.csv";

    private static final List<Integer> TEXTS = List.of(0, 1, 2, 3);
    private static final List<Integer> WHOLES = List.of(4, 5, 7);

    private Manifest() {}

    /** Replaces the tables by what the given slides have; their rows are read again from the slides' own tables. */
    static void write(Path out, List<SlideRecord> slides, List<Path> tables) throws IOException {
        List<CsvTable> read = new ArrayList<>();
        for (Path table : tables) {
            read.add(CsvTable.read(table));
        }
        AtomicFiles.write(out.resolve(TILES), 0, channel -> {
            channel.write(utf8(CsvTable.line(TILE_COLUMNS)));
            for (CsvTable table : read) {
                StringBuilder lines = new StringBuilder();
                for (int row = 0; row < table.rows(); row++) {
                    List<String> cells = new ArrayList<>();
                    for (int c = 0; c < TILE_COLUMNS.size(); c++) {
                        cells.add(table.at(row, c));
                    }
                    lines.append(CsvTable.line(cells));
                }
                ByteBuffer bytes = utf8(lines.toString());
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        });
        ParquetTable.write(out.resolve("manifest.parquet"), columns(read));
        slides(out, slides);
    }

    private static List<ParquetColumn> columns(List<CsvTable> tables) {
        int rows = tables.stream().mapToInt(CsvTable::rows).sum();
        List<ParquetColumn> columns = new ArrayList<>();
        for (int c = 0; c < TILE_COLUMNS.size(); c++) {
            String[] texts = new String[rows];
            int at = 0;
            for (CsvTable table : tables) {
                for (int row = 0; row < table.rows(); row++) {
                    texts[at++] = table.at(row, c);
                }
            }
            String name = TILE_COLUMNS.get(c);
            columns.add(
                    TEXTS.contains(c)
                            ? ParquetColumn.of(name, texts)
                            : WHOLES.contains(c)
                                    ? ParquetColumn.of(
                                            name,
                                            java.util.Arrays.stream(texts)
                                                    .mapToLong(Long::parseLong)
                                                    .toArray())
                                    : ParquetColumn.of(
                                            name,
                                            java.util.Arrays.stream(texts)
                                                    .mapToDouble(text ->
                                                            text.isEmpty() ? Double.NaN : Double.parseDouble(text))
                                                    .toArray()));
        }
        return columns;
    }

    private static void slides(Path out, List<SlideRecord> slides) throws IOException {
        List<String> header = new ArrayList<>(List.of(
                "slide", "label", "file", "reader", "mpp", "tile_mpp", "width", "height", "tissue", "kept", "files"));
        for (Rejection reason : Rejection.values()) {
            header.add("rejected_" + reason.key());
        }
        List<List<String>> rows = new ArrayList<>();
        for (SlideRecord slide : slides) {
            List<String> row = new ArrayList<>(List.of(
                    slide.slide(),
                    slide.label(),
                    slide.file(),
                    slide.reader(),
                    text(slide.mpp()),
                    text(slide.tileMpp()),
                    String.valueOf(slide.width()),
                    String.valueOf(slide.height()),
                    String.format(java.util.Locale.ROOT, "%.4f", slide.tissue()),
                    String.valueOf(slide.kept()),
                    String.valueOf(slide.files())));
            for (Rejection reason : Rejection.values()) {
                row.add(String.valueOf(slide.rejected().getOrDefault(reason.key(), 0)));
            }
            rows.add(row);
        }
        CsvTable.write(out.resolve("slides.csv"), header, rows);
    }

    /** The facts of a tile, by column. */
    static Map<String, Object> facts(List<String> cells) {
        Map<String, Object> facts = new java.util.LinkedHashMap<>();
        for (int c = 0; c < TILE_COLUMNS.size(); c++) {
            String cell = cells.get(c);
            String name = TILE_COLUMNS.get(c);
            if (name.equals("file") || cell.isEmpty()) {
                continue;
            }
            facts.put(
                    name,
                    TEXTS.contains(c)
                            ? cell
                            : WHOLES.contains(c) ? (Object) Long.valueOf(cell) : (Object) Double.valueOf(cell));
        }
        return facts;
    }

    static String text(@Nullable Double value) {
        return value == null ? "" : value.toString();
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Null where there is none. */
    static @Nullable Double boxed(OptionalDouble value) {
        return value.isPresent() ? (Double) value.getAsDouble() : null;
    }
}
