package org.cyphervit.encoders;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.cyphervit.Spelling;
import org.cyphervit.UserError;
import org.cyphervit.checkpoint.ConfigTree;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Released encoders by name: those that this program knows and, in the place of those of the same name, a user's own. */
public final class EncoderRegistry {
    /** What a cell of the registry says where no source tells. */
    public static final String UNKNOWN = "unknown";

    private static final String OWN = "encoders.yaml";
    private static final YAMLMapper YAML = new YAMLMapper();

    private final Map<String, RegisteredEncoder> byName;

    private EncoderRegistry(Map<String, RegisteredEncoder> byName) {
        this.byName = byName;
    }

    /** Those that this program knows. */
    public static EncoderRegistry standard() {
        try (InputStream stream =
                Objects.requireNonNull(EncoderRegistry.class.getResourceAsStream(OWN), "a resource of this program")) {
            return new EncoderRegistry(read(stream.readAllBytes(), "the program's registry"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * These and those of a user's file, which wins where both have a name.
     *
     * @throws UserError naming the file, the entry and what is wrong with it
     */
    public EncoderRegistry with(Path file) throws IOException {
        Map<String, RegisteredEncoder> all = new LinkedHashMap<>(byName);
        all.putAll(read(Files.readAllBytes(file), "'" + file + "'"));
        return new EncoderRegistry(all);
    }

    /** All, in the order of their files. */
    public Collection<RegisteredEncoder> all() {
        return byName.values();
    }

    /**
     * The encoder of that name, in upper or lower case.
     *
     * @throws UserError with the nearest name
     */
    public RegisteredEncoder named(String name) {
        RegisteredEncoder found = byName.get(name.toLowerCase(Locale.ROOT));
        if (found == null) {
            throw new UserError("The registry has no encoder '" + name + "'; did you mean '"
                    + Spelling.nearest(name, byName.keySet()) + "'? It has " + String.join(", ", byName.keySet())
                    + ".");
        }
        return found;
    }

    /** A cell as people read it. */
    public static String text(@Nullable Object value) {
        return value == null ? UNKNOWN : value.toString();
    }

    /** An entry as a registry's file has it, under 'encoders:'. */
    public static String yaml(RegisteredEncoder encoder) {
        ObjectNode root = ConfigTree.of(new LinkedHashMap<>());
        root.putArray("encoders").add(told(ConfigTree.of(encoder)));
        return YAML.writeValueAsString(root);
    }

    // null becomes 'unknown', at any depth.
    private static ObjectNode told(ObjectNode node) {
        for (String key : new ArrayList<>(node.propertyNames())) {
            JsonNode value = Objects.requireNonNull(node.get(key));
            if (value.isNull()) {
                node.put(key, UNKNOWN);
            } else if (value instanceof ObjectNode section) {
                told(section);
            }
        }
        return node;
    }

    private static Map<String, RegisteredEncoder> read(byte[] yaml, String where) {
        JsonNode root;
        try {
            root = YAML.readTree(yaml);
        } catch (JacksonException e) {
            throw new UserError(where + " is no YAML: " + e.getOriginalMessage() + ".", e);
        }
        if (!root.path("encoders").isArray()) {
            throw new UserError(
                    where + " holds no registry: expected a list under 'encoders:', as 'encoders show' prints.");
        }
        Map<String, RegisteredEncoder> found = new LinkedHashMap<>();
        for (JsonNode node : root.path("encoders")) {
            String entry = "entry '" + node.path("name").asString("?") + "' of " + where;
            if (!(node instanceof ObjectNode object)) {
                throw new UserError("An " + entry + " is no section with keys.");
            }
            for (String key : List.of("name", "title", "architecture", "images", "pooling")) {
                if (!object.has(key)) {
                    throw new UserError("The " + entry + " has no '" + key + "'.");
                }
            }
            RegisteredEncoder encoder =
                    ConfigTree.to(known(object, RegisteredEncoder.class), RegisteredEncoder.class, entry);
            if (found.put(encoder.name(), encoder) != null) {
                throw new UserError("The " + entry + " is there twice.");
            }
        }
        return found;
    }

    // 'unknown' becomes null, and so does what an entry leaves out.
    private static ObjectNode known(ObjectNode node, Class<? extends Record> type) {
        ObjectNode copy = node.deepCopy();
        for (RecordComponent component : type.getRecordComponents()) {
            String key = component.getName();
            JsonNode value = copy.path(key);
            if (value.isMissingNode() || (value.isString() && value.asString().equals(UNKNOWN))) {
                copy.putNull(key);
            } else if (value instanceof ObjectNode section
                    && component.getType().isRecord()) {
                copy.set(key, known(section, component.getType().asSubclass(Record.class)));
            }
        }
        return copy;
    }
}
