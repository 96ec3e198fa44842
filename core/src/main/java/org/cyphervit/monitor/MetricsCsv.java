package org.cyphervit.monitor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.file.Writing;
import org.cyphervit.train.RunListener;

/**
 * {@code metrics.csv} of a run: a row per step, a column per measure, empty where a step has none. A resumed run drops the
 * rows after the step it goes on from, and rows are on disk before a checkpoint is: every step is there, none twice.
 */
public final class MetricsCsv implements RunListener {
    /** The file's name in a run's folder. */
    public static final String NAME = "metrics.csv";

    private static final long FLUSH_AFTER_NANOS = 5_000_000_000L;

    private Path file = Path.of(NAME);
    private final Set<String> columns = new LinkedHashSet<>();
    private final StringBuilder pending = new StringBuilder();
    private long flushed = System.nanoTime();

    @Override
    public void started(Start start) {
        file = start.folder().resolve(NAME);
        Writing.of(file, () -> {
            if (start.firstStep() > 0 && Files.exists(file)) {
                rewrite(read(file).headMap(start.firstStep(), true));
            } else {
                rewrite(new TreeMap<>());
            }
        });
    }

    @Override
    public void stepped(Step step) {
        Map<String, Double> row = new LinkedHashMap<>();
        row.put("step", (double) step.step());
        row.put("epoch", step.epoch());
        row.putAll(step.measures());
        row.put("wait_share", step.waitShare());
        Writing.of(file, () -> {
            if (!columns.containsAll(row.keySet())) {
                flush();
                NavigableMap<Long, Map<String, Double>> before = columns.isEmpty() ? new TreeMap<>() : read(file);
                columns.addAll(row.keySet());
                rewrite(before);
            }
            pending.append(line(row));
            if (System.nanoTime() - flushed > FLUSH_AFTER_NANOS) {
                flush();
            }
        });
    }

    @Override
    public void saving(long step) {
        Writing.of(file, this::flush);
    }

    @Override
    public void ended(End end) {
        Writing.of(file, this::flush);
    }

    /** The rows of a file by step; a measure that a step lacks is absent. A last line that was cut is left out. */
    public static NavigableMap<Long, Map<String, Double>> read(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        List<String> lines =
                text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        TreeMap<Long, Map<String, Double>> rows = new TreeMap<>();
        if (lines.isEmpty()) {
            return rows;
        }
        String[] names = lines.getFirst().split(",", -1);
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            if (cells.length != names.length) {
                continue;
            }
            Map<String, Double> row = row(names, cells);
            Double step = row.get("step");
            if (step != null) {
                rows.put(Math.round(step), row);
            }
        }
        return rows;
    }

    // Nothing for a line that is none of this program's.
    private static Map<String, Double> row(String[] names, String[] cells) {
        Map<String, Double> row = new LinkedHashMap<>();
        try {
            for (int i = 0; i < cells.length; i++) {
                if (!cells[i].isEmpty()) {
                    row.put(names[i], Double.valueOf(cells[i]));
                }
            }
        } catch (NumberFormatException e) {
            return Map.of();
        }
        return row;
    }

    private void rewrite(Map<Long, Map<String, Double>> rows) throws IOException {
        rows.values().forEach(row -> columns.addAll(row.keySet()));
        StringBuilder text = new StringBuilder();
        if (!columns.isEmpty()) {
            text.append(String.join(",", columns)).append('\n');
        }
        rows.values().forEach(row -> text.append(line(row)));
        AtomicFiles.write(file, text.toString());
    }

    private void flush() throws IOException {
        if (!pending.isEmpty()) { // without CREATE: a folder that was deleted or moved is not made anew
            ByteBuffer text = StandardCharsets.UTF_8.encode(pending.toString());
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
                while (text.hasRemaining()) {
                    channel.write(text);
                }
                channel.force(false);
            }
            pending.setLength(0);
        }
        flushed = System.nanoTime();
    }

    private String line(Map<String, Double> row) {
        List<String> cells = new ArrayList<>();
        for (String column : columns) {
            Double value = row.get(column);
            cells.add(value == null ? "" : column.equals("step") ? Long.toString(Math.round(value)) : format(value));
        }
        return String.join(",", cells) + "\n";
    }

    private static String format(double value) {
        return Float.toString((float) value);
    }
}
