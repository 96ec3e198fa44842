package org.cyphervit.train;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.cyphervit.UserError;
import org.cyphervit.augment.ViewOptions;
import org.cyphervit.backbone.BackboneKind;
import org.cyphervit.backbone.Backbones;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.data.StainOptions;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.ssl.Methods;
import org.cyphervit.ssl.tokens.TokenTargetOptions;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Reads recipes: the defaults of method and backbone, over them the user's file, over it single settings such as {@code
 * run.batch=64}. A key that is not among the defaults is refused with the nearest known one.
 */
public final class Recipes {
    private static final YAMLMapper YAML = new YAMLMapper();

    private Recipes() {}

    /** The user's wishes as a tree, before defaults. */
    public static ObjectNode read(Path file) {
        try {
            return read(Files.readAllBytes(file), file.toString());
        } catch (IOException e) {
            throw new UserError("The recipe '" + file + "' cannot be read. Check the path.", e);
        }
    }

    /** The wishes of a YAML text; {@code name} is for messages. */
    public static ObjectNode read(byte[] yaml, String name) {
        try {
            return object(YAML.readTree(yaml), name);
        } catch (JacksonException e) {
            throw new UserError("'" + name + "' is no YAML: " + e.getOriginalMessage() + ".", e);
        }
    }

    /** An empty tree of wishes. */
    public static ObjectNode empty() {
        return YAML.createObjectNode();
    }

    /** Adds one setting {@code section.key=value}; the value is YAML. */
    public static void set(ObjectNode overrides, String setting) {
        int equals = setting.indexOf('=');
        if (equals < 1) {
            throw new UserError("A setting looks like run.batch=64; got '" + setting + "'.");
        }
        String[] path = setting.substring(0, equals).split("\\.", -1);
        JsonNode value;
        try {
            value = YAML.readTree(setting.substring(equals + 1));
        } catch (JacksonException e) {
            throw new UserError("The value of '" + setting + "' is no YAML: " + e.getOriginalMessage() + ".", e);
        }
        ObjectNode node = overrides;
        for (int i = 0; i < path.length - 1; i++) {
            JsonNode next = node.get(path[i]);
            node = next instanceof ObjectNode section ? section : node.putObject(path[i]);
        }
        node.set(path[path.length - 1], value);
    }

    /**
     * The recipe with all defaults.
     *
     * @param tiles what there is to learn from, which decides some of the method's defaults
     */
    public static Recipe resolve(ObjectNode overrides, DatasetInfo tiles) {
        ObjectNode tree = YAML.createObjectNode();
        tree.putArray("data");
        ConfigTree.overlay(tree, resource("defaults.yaml"));
        String name = overrides
                .path("backbone")
                .path("name")
                .asString(tree.path("backbone").path("name").asString());
        BackboneKind.Preset preset = Backbones.preset(name);
        if (preset.nano()) {
            ConfigTree.overlay(tree, resource("defaults-nano.yaml"));
        }
        Methods.Kind<?> kind =
                Methods.named(overrides.path("method").path("name").asString("dino"));
        ObjectNode method = tree.putObject("method").put("name", kind.name());
        method.setAll(ConfigTree.of(kind.defaults().apply(tiles)));
        ConfigTree.overlay(tree, optionalResource(kind.name()));
        if (preset.nano()) {
            ConfigTree.overlay(tree, optionalResource(kind.name() + "-nano"));
        }
        ObjectNode backbone = object(tree.get("backbone"), "backbone");
        ObjectNode full = ConfigTree.of(preset.config(
                backbone.path("patch").asInt(),
                backbone.path("imageSize").asInt(),
                backbone.path("dropPath").asDouble()));
        tree.set("backbone", full.put("name", name));
        ConfigTree.requireKnown(overrides, tree, "recipe");
        ConfigTree.overlay(tree, overrides);
        return recipe(tree, kind);
    }

    private static <O extends Record> Recipe recipe(ObjectNode tree, Methods.Kind<O> kind) {
        ObjectNode method = object(tree.get("method"), "method").deepCopy();
        method.remove("name");
        ObjectNode backbone = object(tree.get("backbone"), "backbone").deepCopy();
        backbone.remove("name");
        List<String> data =
                tree.path("data").valueStream().map(JsonNode::asString).toList();
        return new Recipe(
                data,
                ConfigTree.to(tree.path("stain"), StainOptions.class, "stain"),
                ConfigTree.backbone(backbone, "backbone"),
                new Recipe.Method<>(kind, ConfigTree.to(method, kind.options(), "method")),
                ConfigTree.to(tree.path("tokenTargets"), TokenTargetOptions.class, "tokenTargets"),
                ConfigTree.to(tree.path("views"), ViewOptions.class, "views"),
                ConfigTree.to(tree.path("optimizer"), Recipe.OptimizerRecipe.class, "optimizer"),
                ConfigTree.to(tree.path("run"), Recipe.RunRecipe.class, "run"));
    }

    /** The recipe as a YAML text that {@link #parse} reads back to an equal one. */
    public static String write(Recipe recipe) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("data", recipe.data());
        tree.put("stain", ConfigTree.of(recipe.stain()));
        tree.put("backbone", ConfigTree.of(recipe.backbone()));
        ObjectNode method =
                YAML.createObjectNode().put("name", recipe.method().kind().name());
        method.setAll(ConfigTree.of(recipe.method().options()));
        tree.put("method", method);
        tree.put("tokenTargets", ConfigTree.of(recipe.tokenTargets()));
        tree.put("views", ConfigTree.of(recipe.views()));
        tree.put("optimizer", ConfigTree.of(recipe.optimizer()));
        tree.put("run", ConfigTree.of(recipe.run()));
        return YAML.writeValueAsString(tree);
    }

    /** Reads what {@link #write} wrote; what an older version did not know yet is off by default. */
    public static Recipe parse(String yaml) {
        ObjectNode tree = resource("defaults.yaml");
        tree.remove("backbone"); // its own kind has the defaults
        ConfigTree.overlay(tree, object(YAML.readTree(yaml), "recipe"));
        return recipe(tree, Methods.named(tree.path("method").path("name").asString()));
    }

    private static ObjectNode resource(String name) {
        try (InputStream stream = Objects.requireNonNull(Recipes.class.getResourceAsStream(name), name)) {
            return object(YAML.readTree(stream), name);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ObjectNode optionalResource(String method) {
        String name = "defaults-" + method + ".yaml";
        return Recipes.class.getResource(name) == null ? YAML.createObjectNode() : resource(name);
    }

    private static ObjectNode object(JsonNode node, String what) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new UserError("'" + what + "' must hold keys and values such as 'run: {batch: 64}'; got " + node + ".");
    }
}
