package org.cyphervit.embed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.BackboneConfig;

/** How many images go through a backbone at once, so that their activations need less memory than its weights. */
final class EmbeddingBatch {
    /** More make no encoder faster. */
    static final int MOST = 64;

    private static final long LEAST_BUDGET = 256L << 20;

    private EmbeddingBatch() {}

    /** The batch for square images of a size, pixels. */
    static int of(Backbone backbone, int size) {
        long budget = Math.max(LEAST_BUDGET, 2 * backbone.size()); // half of the weights in float32
        return of(backbone.config(), size, Math.min(budget, available() / 4));
    }

    static int of(BackboneConfig config, int size, long budget) {
        return Math.clamp(budget / perImage(config, size), 1, MOST);
    }

    // Bytes of the largest things that a block holds at once: tokens some ten times, four of them within the MLP and
    // its activation, and the weights of attention, of a head per 64 of the width.
    private static long perImage(BackboneConfig config, int size) {
        long side = Math.max(1, size / config.patch());
        long tokens = side * side + 1;
        long width = config.width();
        return 4 * (18 * tokens * width + Math.max(1, width / 64) * tokens * tokens);
    }

    // What the system can give without swapping; without bound where it does not tell.
    private static long available() {
        try {
            return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                    .filter(line -> line.startsWith("MemAvailable:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElse(Long.MAX_VALUE);
        } catch (IOException e) {
            return Long.MAX_VALUE; // no Linux
        }
    }
}
