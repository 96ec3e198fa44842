package org.cyphervit.train.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.cyphervit.UserError;
import org.cyphervit.ssl.DatasetInfo;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The recipe that a run goes on by: the one in its folder, so that it ends as if it had never stopped. Of what the user asks
 * for besides, keys that change nothing of what is learnt are taken, and others are refused where they differ.
 */
public final class ResumedRecipe {
    private static final String DATA = "data";
    private static final String BACKBONE_NAME = "backbone.name";
    private static final Set<String> FREE = Set.of(
            DATA, // the checkpoint's fingerprint tells other tiles
            "run.device",
            "run.recompute",
            "run.loaderThreads",
            "run.checkpointEvery",
            "run.keep",
            "run.probeEvery",
            "run.onCollapse");

    private ResumedRecipe() {}

    /**
     * The recipe of a run in a folder under the user's overrides.
     *
     * @param written {@code recipe.yaml} of the run
     * @param overrides as for {@link Recipes#resolve}; may be empty
     * @param tiles of the run
     * @param longer optimisation steps to train beyond the run's own; 0 for none. All schedules are then those of a run
     *     of the new length, so the learning rate takes up where such a run would be
     * @throws UserError naming the keys that differ
     */
    public static Recipe of(String written, ObjectNode overrides, DatasetInfo tiles, long longer) {
        Recipe before = Recipes.parse(written, tiles.count());
        Recipe recipe = overrides.isEmpty() ? before : changed(before, overrides, tiles);
        if (longer < 0) {
            throw new UserError("A run is trained longer by 1 step or more; got " + longer + ".");
        }
        Recipe.RunRecipe run = recipe.run();
        return longer == 0 ? recipe : recipe.with(run.lasting(run.totalSteps(tiles.count()) + longer));
    }

    private static Recipe changed(Recipe before, ObjectNode overrides, DatasetInfo tiles) {
        ObjectNode there = tree(before);
        ObjectNode asked = tree(Recipes.resolve(overrides.deepCopy(), tiles));
        List<String> refused = new ArrayList<>();
        for (String key : keys("", overrides)) {
            if (key.equals(BACKBONE_NAME)) {
                JsonNode wanted = overrides.path("backbone");
                for (String part : keys("backbone.", (ObjectNode) asked.path("backbone"))) {
                    if (!wanted.has(part.substring("backbone.".length()))) {
                        compare(part, there, asked, refused);
                    }
                }
            } else if (FREE.contains(key)) {
                put(there, key, at(asked, key));
            } else {
                compare(key, there, asked, refused);
            }
        }
        if (!refused.isEmpty()) {
            throw new UserError("This run was begun with other settings: " + String.join("; ", refused)
                    + ". A run that goes on keeps what it learns by, so that it ends as if it had never stopped. Leave"
                    + " these out, train it longer (setting 'extend'), or begin a new run in another folder.");
        }
        return Recipes.parse(there.toString(), tiles.count());
    }

    private static void compare(String key, ObjectNode there, ObjectNode asked, List<String> refused) {
        JsonNode has = at(there, key);
        JsonNode wants = at(asked, key);
        if (!has.equals(wants)) {
            refused.add(key + " is " + has + " there and " + wants + " here");
        }
    }

    private static ObjectNode tree(Recipe recipe) {
        return Recipes.read(Recipes.write(recipe).getBytes(java.nio.charset.StandardCharsets.UTF_8), "recipe");
    }

    // Paths of all values, such as run.steps; lists are values.
    private static List<String> keys(String prefix, ObjectNode tree) {
        List<String> keys = new ArrayList<>();
        tree.properties().forEach(entry -> {
            if (entry.getValue() instanceof ObjectNode section) {
                keys.addAll(keys(prefix + entry.getKey() + ".", section));
            } else {
                keys.add(prefix + entry.getKey());
            }
        });
        return keys;
    }

    private static JsonNode at(ObjectNode tree, String key) {
        JsonNode node = tree;
        for (String part : key.split("\\.", -1)) {
            node = node.path(part);
        }
        return node;
    }

    private static void put(ObjectNode tree, String key, JsonNode value) {
        int dot = key.indexOf('.');
        if (dot < 0) {
            tree.set(key, value);
        } else {
            tree.withObject(key.substring(0, dot)).set(key.substring(dot + 1), value);
        }
    }
}
