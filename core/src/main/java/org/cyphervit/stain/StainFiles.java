package org.cyphervit.stain;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.cyphervit.UserError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Fits as small JSON files, so that many slides can be normalized to one target. */
public final class StainFiles {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String FORMAT = "cyphervit-stain";
    private static final int VERSION = 1;
    /** A fit has some 300 bytes. */
    private static final int MOST_BYTES = 64 * 1024;

    private StainFiles() {}

    /**
     * Reads what {@link StainFit#toJson} wrote.
     *
     * @throws UserError if it is no such file, naming it
     */
    public static StainFit read(Path file) {
        byte[] bytes;
        try (InputStream stream = Files.newInputStream(file)) {
            bytes = stream.readNBytes(MOST_BYTES + 1);
        } catch (IOException e) {
            throw new UserError("The stain file '" + file + "' cannot be read. Check the path.", e);
        }
        if (bytes.length > MOST_BYTES) {
            throw broken(file, "it is larger than " + MOST_BYTES + " bytes");
        }
        try {
            return parse(JSON.readTree(bytes), file);
        } catch (JacksonException e) {
            throw broken(file, "it is no JSON");
        }
    }

    static Map<String, Object> tree(StainFit fit) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("format", FORMAT);
        tree.put("version", VERSION);
        tree.put("method", fit.method().key());
        tree.putAll(fit.numbers());
        return tree;
    }

    private static StainFit parse(JsonNode tree, Path file) {
        if (!tree.path("format").asString("").equals(FORMAT)
                || tree.path("version").asInt(0) != VERSION) {
            throw broken(file, "expected \"format\": \"" + FORMAT + "\" and \"version\": " + VERSION);
        }
        String key = tree.path("method").asString("");
        for (StainMethod method : StainMethod.values()) {
            if (method.key().equals(key)) {
                return fit(method, tree, file);
            }
        }
        throw broken(file, "its method is '" + key + "'");
    }

    private static StainFit fit(StainMethod method, JsonNode tree, Path file) {
        try {
            return method == StainMethod.REINHARD
                    ? new ColorProfile(numbers(tree.path("mean")), numbers(tree.path("deviation")))
                    : new StainProfile(method, rows(tree.path("stains")), numbers(tree.path("amounts")));
        } catch (UserError e) {
            throw broken(file, String.valueOf(e.getMessage()));
        }
    }

    private static double[][] rows(JsonNode node) {
        return node.valueStream().map(StainFiles::numbers).toArray(double[][]::new);
    }

    private static double[] numbers(JsonNode node) {
        return node.valueStream().mapToDouble(n -> n.asDouble(Double.NaN)).toArray();
    }

    private static UserError broken(Path file, String why) {
        return new UserError("'" + file + "' is no stain file: " + why
                + ". Write one with the command normalize (setting 'save-fit').");
    }
}
