package org.cyphervit.cli.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.cyphervit.UserError;
import org.cyphervit.eval.table.Table;
import org.cyphervit.file.Writing;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** A file of benchmark results, a line of JSON each, oldest first. */
public final class History {
    /** The keys that every line begins with; measured ones follow. */
    public static final List<String> HEADER = List.of("date", "version", "bench", "of", "cpu");

    private static final ObjectMapper JSON = new ObjectMapper();

    private History() {}

    /** Adds a line; makes the file, and its folder, where they do not exist. */
    public static void append(Path file, Map<String, Object> result) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Writing.folder(folder);
        }
        Writing.append(file, JSON.writeValueAsString(result) + "\n");
    }

    /**
     * All results.
     *
     * @throws UserError naming the first line that is none
     */
    public static List<ObjectNode> read(Path file) throws IOException {
        List<ObjectNode> results = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                results.add(result(lines.get(i), "Line " + (i + 1) + " of '" + file + "'"));
            }
        }
        return results;
    }

    private static ObjectNode result(String line, String where) {
        try {
            if (JSON.readTree(line) instanceof ObjectNode result
                    && result.path("bench").isString()) {
                return result;
            }
        } catch (JacksonException e) {
            throw new UserError(where + " is no JSON: " + e.getOriginalMessage() + ".", e);
        }
        throw new UserError(where + " is no result of a benchmark; expected an object with the key 'bench'.");
    }

    /** A table for each kind of benchmark: a row per run, a column per figure. */
    public static List<Table> tables(List<ObjectNode> results) {
        Map<String, List<ObjectNode>> kinds = new LinkedHashMap<>();
        results.forEach(result -> kinds.computeIfAbsent(result.path("bench").asString(), kind -> new ArrayList<>())
                .add(result));
        return kinds.entrySet().stream()
                .map(entry -> table(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Table table(String bench, List<ObjectNode> runs) {
        Set<String> keys = new LinkedHashSet<>(HEADER);
        runs.forEach(run -> keys.addAll(run.propertyNames()));
        keys.remove("bench");
        Table.Builder table = new Table.Builder("bench " + bench, List.copyOf(keys));
        for (ObjectNode run : runs) {
            table.row(keys.stream().map(key -> cell(run.path(key))).toList());
        }
        return table.build();
    }

    private static String cell(JsonNode value) {
        if (value.isMissingNode()) {
            return "-";
        }
        double number = value.asDouble(0);
        return value.isFloatingPointNumber()
                ? String.format(Locale.ROOT, Math.abs(number) < 10 ? "%.3f" : "%.1f", number)
                : value.asString();
    }
}
