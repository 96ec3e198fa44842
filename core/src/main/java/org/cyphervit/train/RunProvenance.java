package org.cyphervit.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.ssl.SslMethod;
import org.cyphervit.train.recipe.Recipe;
import org.cyphervit.train.recipe.Recipes;

/** What checkpoints and encoders say of where they come from. */
final class RunProvenance {
    private RunProvenance() {}

    /**
     * @param fingerprint of all that the run learns from
     * @param steps done
     */
    static Map<String, String> of(Recipe recipe, String fingerprint, SslMethod method, long steps) {
        Map<String, String> notes = new LinkedHashMap<>();
        notes.put("recipe", Recipes.write(recipe));
        notes.put("data", fingerprint);
        notes.put(EncoderFile.IMAGES_SEEN, Long.toString(steps * recipe.run().stepBatch()));
        notes.put("config", ConfigTree.of(method.encoder().config()).toString());
        notes.put(EncoderFile.PREFIX, prefix(method));
        method.encoder()
                .adaptation()
                .ifPresent(
                        lora -> notes.put(EncoderFile.LORA, ConfigTree.of(lora).toString()));
        notes.putAll(method.encoder().spec().notes(method.encoder().config()));
        return notes;
    }

    // Where the encoder's weights are among the method's: the name of its first parameter tells.
    @SuppressWarnings("ReferenceEquality") // the same native tensor, not an equal one
    private static String prefix(SslMethod method) {
        Map<String, Tensor> all = method.state().state();
        Map.Entry<String, Tensor> wanted =
                method.encoder().state().entrySet().iterator().next();
        return all.entrySet().stream()
                .filter(entry -> entry.getValue() == wanted.getValue())
                .map(entry -> entry.getKey()
                        .substring(0, entry.getKey().length() - wanted.getKey().length()))
                .findFirst()
                .orElseThrow();
    }
}
