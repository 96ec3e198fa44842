package org.cyphervit.cli.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.file.AtomicFiles;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What phenotypes are called on pages that were written before. The names stand once in a page's data; its sentences name a
 * phenotype by its place among them, which the page's script fills in.
 */
public final class PageNames {
    private static final String BEGIN = "<script type=\"application/json\" id=\"data\">";
    private static final String END = "</script>";
    private static final String TOKENS = "tokens";
    private static final String NAME = "name";

    private PageNames() {}

    /** How a sentence names a phenotype: of which run of the page, which token, both from 0. */
    static String token(int run, int token) {
        return "{token " + run + " " + token + "}";
    }

    /** The place of a run as its page keeps it: seen from the page's folder. */
    static String place(Path page, Path run) {
        Path folder = page.toAbsolutePath().normalize().getParent();
        Path there = run.toAbsolutePath().normalize();
        try {
            return folder == null ? there.toString() : folder.relativize(there).toString();
        } catch (IllegalArgumentException e) {
            return there.toString(); // another disk of Windows
        }
    }

    /** Gives the phenotypes of a slide map's page their names; false if they have them already. */
    public static boolean renameMap(Path page, List<String> names) throws IOException {
        return rewrite(page, data -> {
            boolean changed = false;
            JsonNode tokens = data.path(TOKENS);
            for (int k = 0; k < tokens.size() && tokens.size() == names.size(); k++) {
                changed |= !tokens.get(k).path(NAME).asString("").equals(names.get(k));
                ((ObjectNode) tokens.get(k)).put(NAME, names.get(k));
            }
            return changed;
        });
    }

    /**
     * Gives the phenotypes of a run their names on a report of it, or of it and others.
     *
     * @param run its folder, links followed
     * @return false if the page is none of the run, or has the names already
     */
    public static boolean renameRun(Path page, Path run, List<String> names) throws IOException {
        return rewrite(page, data -> {
            boolean changed = false;
            for (JsonNode shown : data.path("runs")) {
                JsonNode tokens = shown.path(TOKENS);
                boolean ofRun =
                        shown.has("place") && isAt(page, shown.path("place").asString(""), run);
                if (ofRun && tokens.path("names").size() == names.size()) {
                    ArrayNode renamed = data.arrayNode();
                    names.forEach(renamed::add);
                    changed |= !tokens.path("names").equals(renamed);
                    ((ObjectNode) tokens).set("names", renamed);
                }
            }
            return changed;
        });
    }

    private static boolean isAt(Path page, String place, Path run) throws IOException {
        Path there = page.toAbsolutePath().resolveSibling(place).normalize();
        return Files.isDirectory(there) && there.toRealPath().equals(run);
    }

    @FunctionalInterface
    private interface Change {
        boolean apply(ObjectNode data) throws IOException;
    }

    // Other pages, which have no data of this kind, stay as they are.
    private static boolean rewrite(Path page, Change change) throws IOException {
        String text = Files.readString(page, StandardCharsets.UTF_8);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END, begin);
        if (begin < 0 || end < 0) {
            return false;
        }
        JsonNode data = ConfigTree.parse(text.substring(begin + BEGIN.length(), end));
        if (!(data instanceof ObjectNode object) || !change.apply(object)) {
            return false;
        }
        AtomicFiles.write(
                page,
                text.substring(0, begin + BEGIN.length()) + WebPage.safe(object.toString()) + text.substring(end));
        return true;
    }
}
