package org.cyphervit.train.recipe;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keys of recipes that older versions had. {@code freezeLastSteps}, the steps in which DINO's prototypes are
 * frozen, is {@code freezeLastEpochs} now, as in the official code; the same steps are kept.
 */
final class OldKeys {
    private static final Logger LOG = LoggerFactory.getLogger(OldKeys.class);
    private static final String STEPS = "freezeLastSteps";
    private static final String EPOCHS = "freezeLastEpochs";

    private OldKeys() {}

    /** Translates in place. */
    static void translate(ObjectNode recipe, long stepsPerEpoch) {
        for (ObjectNode section : sections(recipe)) {
            JsonNode steps = section.get(STEPS);
            if (steps != null && steps.isNumber()) {
                double epochs = steps.asDouble() / stepsPerEpoch;
                section.remove(STEPS);
                section.put(EPOCHS, epochs);
                LOG.warn(
                        "{}: {} of an older version is {}: {} now, with {} steps in an epoch.",
                        STEPS,
                        steps,
                        EPOCHS,
                        epochs,
                        stepsPerEpoch);
            }
        }
    }

    /** Takes old keys out, so that defaults stand for them. */
    static void forget(ObjectNode recipe) {
        sections(recipe).forEach(section -> {
            if (section.remove(STEPS) != null) {
                section.put(EPOCHS, 1);
            }
        });
    }

    // Where DINO's options may be: in the method's own, and in its section of that name.
    private static List<ObjectNode> sections(ObjectNode recipe) {
        List<ObjectNode> sections = new ArrayList<>();
        if (recipe.get("method") instanceof ObjectNode method) {
            sections.add(method);
            if (method.get("dino") instanceof ObjectNode dino) {
                sections.add(dino);
            }
        }
        return sections;
    }
}
