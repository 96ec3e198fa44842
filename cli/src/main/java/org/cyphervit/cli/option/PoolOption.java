package org.cyphervit.cli.option;

import java.util.LinkedHashMap;
import java.util.Map;
import org.cyphervit.backbone.EncoderSpec;
import org.cyphervit.embed.FeatureChoice;
import picocli.CommandLine.Option;

/** Which numbers of an encoder stand for an image. */
public final class PoolOption {
    @Option(
            names = "--pool",
            paramLabel = "POOL",
            defaultValue = "pooled",
            description =
                    "cls, mean (of patches), cls+mean, tokens (side by side), or last2, last4, ... layers. Default: as the"
                            + " encoder's file says.")
    private String pool = "pooled";

    /** What was asked for. */
    public FeatureChoice choice() {
        return FeatureChoice.parse(pool);
    }

    /** An encoder's notes, with the pooling that was asked for in the place of its own. */
    public Map<String, String> in(Map<String, String> notes) {
        Map<String, String> changed = new LinkedHashMap<>(notes);
        if (!choice().equals(FeatureChoice.POOLED)) {
            changed.put(EncoderSpec.POOLING, choice().toString());
        }
        return changed;
    }
}
