package org.cyphervit.study.table;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.cyphervit.train.recipe.Recipes;
import tools.jackson.databind.node.ObjectNode;

/** What the paper's tables say (Ye, Kalra and Miri, Sci Rep 2024; CC BY 4.0), by table, row and column. */
public final class PublishedNumbers {
    private static final ObjectNode ALL = read();

    private PublishedNumbers() {}

    /** Such as {@code 89.47 ± 0.28}; empty where the paper has no such cell. */
    public static String of(String table, String row, String column) {
        return ALL.path(table).path(row).path(column).asString("");
    }

    private static ObjectNode read() {
        try (InputStream stream = Objects.requireNonNull(PublishedNumbers.class.getResourceAsStream("paper.yaml"))) {
            return Recipes.read(stream.readAllBytes(), "paper.yaml");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
