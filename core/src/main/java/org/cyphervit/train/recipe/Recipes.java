package org.cyphervit.train.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.cyphervit.UserError;
import org.cyphervit.augment.ViewOptions;
import org.cyphervit.backbone.BackboneKind;
import org.cyphervit.backbone.Backbones;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.data.stain.StainOptions;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.ssl.MethodProvider;
import org.cyphervit.ssl.Methods;
import org.cyphervit.ssl.tokens.TokenTargetOptions;
import org.cyphervit.train.tuning.TuningRecipe;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Reads recipes: the defaults of method and backbone, over them the user's file, over it single settings such as
 * {@code run.batch=64}. A key that is not among the defaults is refused with the nearest known one.
 */
public final class Recipes {
    private static final Map<String, String> PLACES =
            Map.of("stain", "target", "run", "init", "tokenTargets", "labels");
    private static final YAMLMapper YAML = new YAMLMapper();

    private Recipes() {}

    /** The user's overrides as a tree, before defaults. */
    public static ObjectNode read(Path file) {
        try {
            return read(Files.readAllBytes(file), file.toString());
        } catch (IOException e) {
            throw new UserError("The recipe '" + file + "' cannot be read. Check the path.", e);
        }
    }

    /** The overrides of a YAML text; {@code name} is for messages. */
    public static ObjectNode read(byte[] yaml, String name) {
        try {
            return object(YAML.readTree(yaml), name);
        } catch (JacksonException e) {
            throw new UserError("'" + name + "' is no YAML: " + e.getOriginalMessage() + ".", e);
        }
    }

    /** An empty tree of overrides. */
    public static ObjectNode empty() {
        return YAML.createObjectNode();
    }

    /**
     * Adds one setting {@code section.key=value}; the value is YAML. A map such as {@code method={out: 64}} is laid over what
     * is there, so that the method keeps its name; one that names another method or backbone replaces it, since the options
     * of the first are not those of the second.
     */
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
        String key = path[path.length - 1];
        if (value instanceof ObjectNode values
                && node.get(key) instanceof ObjectNode there
                && !namesAnother(values, there)) {
            ConfigTree.overlay(there, values);
        } else {
            node.set(key, value);
        }
    }

    private static boolean namesAnother(ObjectNode values, ObjectNode there) {
        return values.has("name") && there.has("name") && !values.get("name").equals(there.get("name"));
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
        MethodProvider<?> provider =
                Methods.named(overrides.path("method").path("name").asString("dino"));
        ObjectNode own = text(provider.recipe(), provider.name());
        if (preset.nano()) {
            ConfigTree.overlay(tree, resource("defaults-nano.yaml"));
            ConfigTree.overlay(own, text(provider.nanoRecipe(), provider.name()));
        }
        tree.putObject("method"); // after the run, on whose length it depends
        ConfigTree.overlay(tree, own);
        OldKeys.translate(overrides, perEpoch(tree, overrides, tiles));
        ObjectNode method = YAML.createObjectNode().put("name", provider.name());
        method.setAll(
                ConfigTree.of(provider.defaults(tiles, run(tree, overrides).totalSteps(tiles.count()))));
        if (own.get("method") instanceof ObjectNode options) {
            ConfigTree.overlay(method, options);
        }
        tree.set("method", method);
        object(tree.get("views"), "views").retain(keys(provider.views()));
        ObjectNode backbone = object(tree.get("backbone"), "backbone");
        ObjectNode full = ConfigTree.of(preset.config(
                backbone.path("patch").asInt(),
                backbone.path("imageSize").asInt(),
                backbone.path("dropPath").asDouble()));
        tree.set("backbone", full.put("name", name));
        requireUsed(overrides, provider);
        ConfigTree.requireKnown(overrides, tree, "recipe");
        ConfigTree.overlay(tree, overrides);
        return recipe(tree, provider);
    }

    // The run section with the user's values.
    private static Recipe.RunRecipe run(ObjectNode tree, ObjectNode overrides) {
        ObjectNode run = object(tree.get("run"), "run").deepCopy();
        if (overrides.has("run")) {
            ObjectNode wanted = YAML.createObjectNode();
            wanted.set("run", overrides.get("run"));
            ConfigTree.requireKnown(wanted, tree, "recipe");
            ConfigTree.overlay(run, object(overrides.get("run"), "run"));
        }
        return ConfigTree.to(run, Recipe.RunRecipe.class, "run");
    }

    private static long perEpoch(ObjectNode tree, ObjectNode overrides, DatasetInfo tiles) {
        return run(tree, overrides).stepsPerEpoch(tiles.count());
    }

    private static List<String> keys(Class<? extends ViewOptions> views) {
        RecordComponent[] components = views.getRecordComponents();
        if (components == null) {
            throw new IllegalStateException(views.getName() + " must be a record: its components are a recipe's keys.");
        }
        return Arrays.stream(components).map(RecordComponent::getName).toList();
    }

    // A key of views that other methods have does nothing in this one, so it is refused like one that nobody knows.
    private static void requireUsed(ObjectNode overrides, MethodProvider<?> provider) {
        if (overrides.get("views") instanceof ObjectNode views) {
            List<String> used = keys(provider.views());
            List<String> all = keys(ViewOptions.MultiCrop.class);
            views.propertyNames().stream()
                    .filter(key -> all.contains(key) && !used.contains(key))
                    .findFirst()
                    .ifPresent(key -> {
                        throw new UserError("'views." + key + "' does nothing in the method '" + provider.name()
                                + "'. Leave it out. Views of this method have: " + String.join(", ", used) + ".");
                    });
        }
    }

    private static <O extends Record> Recipe recipe(ObjectNode tree, MethodProvider<O> provider) {
        ObjectNode method = object(tree.get("method"), "method").deepCopy();
        method.remove("name");
        ObjectNode backbone = object(tree.get("backbone"), "backbone").deepCopy();
        backbone.remove("name");
        List<String> data =
                tree.path("data").valueStream().map(JsonNode::asString).toList();
        Recipe.RunRecipe run = ConfigTree.to(tree.path("run"), Recipe.RunRecipe.class, "run");
        return new Recipe(
                data,
                ConfigTree.to(tree.path("stain"), StainOptions.class, "stain"),
                ConfigTree.backbone(backbone, "backbone"),
                new Recipe.Method<>(provider, ConfigTree.to(method, provider.options(), "method")),
                ConfigTree.to(tree.path("tokenTargets"), TokenTargetOptions.class, "tokenTargets"),
                ConfigTree.to(tree.path("views"), provider.views(), "views"),
                ConfigTree.to(tree.path("optimizer"), Recipe.OptimizerRecipe.class, "optimizer")
                        .scaledTo(run.stepBatch()),
                ConfigTree.to(tree.path("tuning"), TuningRecipe.class, "tuning"),
                run);
    }

    /** The recipe as a YAML text that {@link #parse} reads back to an equal one. */
    public static String write(Recipe recipe) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("data", recipe.data());
        tree.put("stain", ConfigTree.of(recipe.stain()));
        tree.put("backbone", ConfigTree.of(recipe.backbone()));
        ObjectNode method =
                YAML.createObjectNode().put("name", recipe.method().provider().name());
        method.setAll(ConfigTree.of(recipe.method().options()));
        tree.put("method", method);
        tree.put("tokenTargets", ConfigTree.of(recipe.tokenTargets()));
        tree.put("views", ConfigTree.of(recipe.views()));
        tree.put("optimizer", ConfigTree.of(recipe.optimizer()));
        tree.put("tuning", ConfigTree.of(recipe.tuning()));
        tree.put("run", ConfigTree.of(recipe.run()));
        return YAML.writeValueAsString(tree);
    }

    /**
     * {@link #parse(String, long)} where the number of tiles is unknown, which the recipes of old versions depend
     * on.
     */
    public static Recipe parse(String yaml) {
        return parse(yaml, 0);
    }

    /**
     * Reads what {@link #write} wrote, also in an older version: what that did not know yet is off by default, and
     * what it called otherwise is translated.
     *
     * @param tiles to learn from; 0 where that is unknown, then the first epoch freezes prototypes, whatever an old
     *     recipe says
     */
    public static Recipe parse(String yaml, long tiles) {
        ObjectNode written = object(YAML.readTree(yaml), "recipe");
        ObjectNode tree = resource("defaults.yaml");
        tree.remove("backbone"); // its own kind has the defaults
        MethodProvider<?> provider =
                Methods.named(written.path("method").path("name").asString());
        if (tiles > 0) {
            long perEpoch = run(tree, written).stepsPerEpoch(tiles);
            OldKeys.translate(written, perEpoch);
        } else {
            OldKeys.forget(written);
        }
        ConfigTree.overlay(tree, written);
        object(tree.get("views"), "views").retain(keys(provider.views()));
        return recipe(tree, provider);
    }

    /**
     * What {@link #write} wrote, as one may give it away: of the places of tiles, weights, labels and images the last
     * two names alone, for the rest tells of a person's machine.
     */
    public static String withoutFolders(String yaml) {
        ObjectNode tree = object(YAML.readTree(yaml), "recipe");
        if (tree.get("data") instanceof ArrayNode data) {
            ArrayNode names = tree.putArray("data");
            data.forEach(place -> names.add(lastNames(place.asString())));
        }
        for (Map.Entry<String, String> place : PLACES.entrySet()) {
            if (tree.get(place.getKey()) instanceof ObjectNode section && section.has(place.getValue())) {
                section.put(
                        place.getValue(),
                        lastNames(section.path(place.getValue()).asString()));
            }
        }
        return YAML.writeValueAsString(tree);
    }

    private static String lastNames(String place) {
        List<String> names = List.of(place.split("[/\\\\]", -1));
        return String.join("/", names.subList(Math.max(0, names.size() - 2), names.size()));
    }

    // Defaults of a method's own.
    private static ObjectNode text(String yaml, String method) {
        return yaml.isBlank() ? YAML.createObjectNode() : read(yaml.getBytes(StandardCharsets.UTF_8), method);
    }

    private static ObjectNode resource(String name) {
        try (InputStream stream = Objects.requireNonNull(Recipes.class.getResourceAsStream(name), name)) {
            return object(YAML.readTree(stream), name);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ObjectNode object(JsonNode node, String what) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new UserError("'" + what + "' must hold keys and values such as 'run: {batch: 64}'; got " + node + ".");
    }
}
