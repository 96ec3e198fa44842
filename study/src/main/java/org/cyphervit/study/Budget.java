package org.cyphervit.study;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import org.cyphervit.UserError;
import org.cyphervit.study.table.ComparedEncoder;
import org.cyphervit.train.recipe.Recipes;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How much a reproduction may cost: which of the recipes are taken, and the sizes that go with them. */
public enum Budget {
    /** The paper's ViT-S and CypherViT-S at 224 pixels, 100 epochs: days on a GPU. */
    PAPER("small"),
    /** Networks for two CPU cores at 48 pixels: minutes a run. */
    NANO("nano");

    private final String suffix;

    Budget(String suffix) {
        this.suffix = suffix;
    }

    /** The setting that ends CypherViT with so many tokens: for 4 the presets' own, for 8 twice as many before the last. */
    String tokens(int last) {
        return this == PAPER ? tokens(32, 2 * last, last) : tokens(2 * last, 0, last);
    }

    /** The setting of twice as many tokens as the presets in all stages but the last. */
    String twiceTheTokens() {
        return this == PAPER ? tokens(64, 16, 4) : tokens(16, 0, 4);
    }

    /** @param second of the middle stage; 0 where there are two stages */
    private static String tokens(int first, int second, int last) {
        return "backbone.tokens=[" + first + (second == 0 ? "" : ", " + second) + ", " + last + "]";
    }

    /**
     * The overrides for a run.
     *
     * @param settings the user's; the entrant's own, which make the row what it is, win over them
     */
    ObjectNode overrides(ComparedEncoder encoder, StudyData data, long seed, List<String> settings) {
        String name = encoder.method() + "-" + encoder.backbone() + "-" + suffix + ".yaml";
        ObjectNode overrides;
        try (InputStream stream = Budget.class.getResourceAsStream("/org/cyphervit/recipes/" + name)) {
            if (stream == null) {
                throw new UserError(
                        "There is no recipe " + name + " for the budget " + name().toLowerCase(Locale.ROOT) + ".");
            }
            overrides = Recipes.read(stream.readAllBytes(), name);
        } catch (IOException e) {
            throw new UserError("The recipe " + name + " cannot be read.", e);
        }
        ArrayNode places = overrides.putArray("data");
        data.places().forEach(places::add);
        overrides.withObject("stain").setAll(org.cyphervit.checkpoint.ConfigTree.of(data.stain()));
        Recipes.set(overrides, "run.seed=" + seed);
        Recipes.set(overrides, "run.probeEvery=0");
        settings.forEach(setting -> Recipes.set(overrides, setting));
        encoder.settings().forEach(setting -> Recipes.set(overrides, setting));
        return overrides;
    }
}
