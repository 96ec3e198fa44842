package org.cyphervit.checkpoint;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.cyphervit.Spelling;
import org.cyphervit.UserError;
import org.cyphervit.backbone.BackboneConfig;
import org.cyphervit.backbone.BackboneKind;
import org.cyphervit.backbone.Backbones;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.node.ObjectNode;

/** Configuration records to trees and back, with messages a user can act on. */
public final class ConfigTree {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .registerSubtypes(Backbones.kinds().stream()
                    .map(kind -> new NamedType(kind.config(), kind.name()))
                    .toArray(NamedType[]::new))
            .build();

    private static final double LARGEST = 1e12;
    private static final int SHOWN = 80;

    private ConfigTree() {}

    /** A record as a tree, its components in order. */
    public static ObjectNode of(Object config) {
        return (ObjectNode) JSON.valueToTree(config);
    }

    /** A record as a map of plain values, its components in order; what is null stays null. */
    public static Map<String, Object> map(Object config) {
        return JSON.convertValue(config, new TypeReference<LinkedHashMap<String, Object>>() {});
    }

    /**
     * A tree as a record.
     *
     * @param where name of the section, for messages
     * @throws UserError naming the key and what is wrong with its value
     */
    public static <T> T to(JsonNode tree, Class<T> type, String where) {
        requireFinite(tree, where);
        try {
            return JSON.treeToValue(tree, type);
        } catch (JacksonException e) {
            if (e.getCause() instanceof UserError error) {
                throw new UserError(where + ": " + error.getMessage(), error);
            }
            StringBuilder path = new StringBuilder(where);
            JsonNode got = tree;
            for (JacksonException.Reference step : e.getPath()) {
                if (step.getPropertyName() != null) {
                    path.append('.').append(step.getPropertyName());
                    got = got.path(step.getPropertyName());
                } else if (step.getIndex() >= 0) {
                    got = got.path(step.getIndex());
                }
            }
            if (e instanceof UnrecognizedPropertyException) {
                throw new UserError(
                        "This version knows no setting '" + path + "'. Another version of the program may have written"
                                + " it: use that one, or take the setting out.",
                        e);
            }
            throw new UserError(
                    "'" + path + "' has a wrong value: expected " + expected(e) + ", got " + shown(got) + ".", e);
        }
    }

    /**
     * A tree as a backbone's configuration. Keys that an older version did not write yet have their defaults.
     *
     * @param where name of the section, for messages
     * @throws UserError naming the kind, or the key and what is wrong with its value
     */
    public static BackboneConfig backbone(JsonNode tree, String where) {
        String name = tree.path("kind").asString("");
        BackboneKind kind = Backbones.kinds().stream()
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new UserError("'" + where + ".kind' is '" + name + "', which no jar on the class path"
                                + " brings; known: "
                                + String.join(
                                        ", ",
                                        Backbones.kinds().stream()
                                                .map(BackboneKind::name)
                                                .toList())
                                + "."));
        ObjectNode whole = of(kind.defaults());
        ObjectNode given = (ObjectNode) tree;
        requireKnown(given, whole, where);
        overlay(whole, given);
        return to(whole, BackboneConfig.class, where);
    }

    // In our words: the library's tell of its classes.
    private static String expected(JacksonException e) {
        if (!(e instanceof MismatchedInputException mismatch) || mismatch.getTargetType() == null) {
            return "another one";
        }
        Class<?> type = mismatch.getTargetType();
        if (type.isEnum()) {
            return "one of "
                    + Stream.of(type.getEnumConstants())
                            .map(value -> ((Enum<?>) value).name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "));
        }
        if (type == int.class || type == Integer.class) {
            return "a whole number from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE;
        }
        if (type == long.class || type == Long.class) {
            return "a whole number";
        }
        if (type == double.class || type == Double.class) {
            return "a number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == String.class) {
            return "a text";
        }
        return Collection.class.isAssignableFrom(type)
                ? "a list such as [1, 2]"
                : type.isRecord() ? "a section of keys and values" : "another one";
    }

    // No setting is as large; 1e308 is a slip of the hand, and what is computed with it is no number any more.
    private static void requireFinite(JsonNode node, String where) {
        if (node.isFloatingPointNumber() && !(Math.abs(node.asDouble()) <= LARGEST)) {
            throw new UserError(
                    "'" + where + "' must be a number of at most " + (long) LARGEST + "; got " + node.asDouble() + ".");
        }
        node.properties().forEach(property -> requireFinite(property.getValue(), where + "." + property.getKey()));
        if (node.isArray()) {
            node.forEach(value -> requireFinite(value, where));
        }
    }

    private static String shown(JsonNode node) {
        String text = node.isMissingNode() ? "nothing" : node.toString();
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    /** A tree from JSON text. */
    public static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JacksonException e) {
            throw new UserError(
                    "This is no JSON: '"
                            + json.substring(0, Math.min(SHOWN, json.length())).strip() + "'.",
                    e);
        }
    }

    /** Puts the leaves of {@code over} in the place of those of {@code tree}. */
    public static void overlay(ObjectNode tree, ObjectNode over) {
        over.properties().forEach(property -> {
            JsonNode below = tree.get(property.getKey());
            if (below instanceof ObjectNode section && property.getValue() instanceof ObjectNode values) {
                overlay(section, values);
            } else {
                tree.set(property.getKey(), property.getValue());
            }
        });
    }

    /**
     * Refuses keys that the known tree does not have.
     *
     * @throws UserError with the nearest known key
     */
    public static void requireKnown(ObjectNode tree, ObjectNode known, String where) {
        tree.properties().forEach(property -> {
            String key = property.getKey();
            JsonNode there = known.get(key);
            if (there == null) {
                List<String> names = new ArrayList<>(known.propertyNames());
                throw new UserError("Unknown key '" + key + "' in " + where + "; did you mean '"
                        + Spelling.nearest(key, names) + "'? Known: " + String.join(", ", names) + ".");
            }
            if (there instanceof ObjectNode section) {
                if (!(property.getValue() instanceof ObjectNode values)) {
                    throw new UserError("'" + key + "' in " + where + " is a section with the keys "
                            + String.join(", ", section.propertyNames()) + "; got " + property.getValue() + ".");
                }
                requireKnown(values, section, where + "." + key);
            }
        });
    }
}
