package org.cyphervit.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.file.AtomicFiles;
import tools.jackson.databind.JsonNode;

/** Measurements that were made, a JSON file per encoder and data set: names to numbers. */
final class ResultStore {
    private static final String OF = "of";

    private final Path folder;

    ResultStore(Path folder) {
        this.folder = folder;
    }

    /**
     * What was measured, or nothing.
     *
     * @param of what the measurement depends on besides encoder and set; another value makes it void
     */
    Map<String, double[]> read(String encoder, String set, String of) throws IOException {
        Path file = file(encoder, set);
        Map<String, double[]> numbers = new LinkedHashMap<>();
        if (!Files.exists(file)) {
            return numbers;
        }
        JsonNode tree = ConfigTree.parse(Files.readString(file));
        if (!tree.path(OF).asString("").equals(of)) {
            return numbers;
        }
        tree.path("numbers")
                .properties()
                .forEach(entry -> numbers.put(
                        entry.getKey(),
                        entry.getValue()
                                .valueStream()
                                .mapToDouble(ResultStore::number)
                                .toArray()));
        return numbers;
    }

    void write(String encoder, String set, String of, Map<String, double[]> numbers) throws IOException {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put(OF, of);
        tree.put("numbers", numbers);
        AtomicFiles.write(file(encoder, set), ConfigTree.of(tree) + "\n");
    }

    // JSON knows no NaN; it comes as text.
    private static double number(JsonNode node) {
        return node.isNumber() ? node.asDouble() : Double.NaN;
    }

    private Path file(String encoder, String set) {
        return folder.resolve(encoder).resolve(set.replaceAll("[^A-Za-z0-9._-]", "_") + ".json");
    }
}
