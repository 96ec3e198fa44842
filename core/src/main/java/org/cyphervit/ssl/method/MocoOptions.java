package org.cyphervit.ssl.method;

import org.cyphervit.Ranges;
import org.cyphervit.ssl.StudentTeacher;

/**
 * Options of MoCo v3 (<a href="https://arxiv.org/abs/2104.02057">arXiv:2104.02057</a>).
 *
 * @param hidden width of the hidden layers of projector and predictor (v3: 4096)
 * @param out width of queries and keys (v3: 256)
 * @param temperature tau (v3: 0.2)
 * @param momentum of the key encoder, cosine to 1 at the end of the run (v3: 0.99)
 * @param queue earlier keys that serve as negatives besides the batch's; 0 for none (v3), which wants batches of a
 *     thousand
 * @param freezePatches leave the patch projection as it was drawn (v3)
 */
record MocoOptions(int hidden, int out, double temperature, double momentum, int queue, boolean freezePatches) {
    public MocoOptions {
        Ranges.of("MoCo")
                .whole("hidden", hidden, 1, 16_384)
                .whole("out", out, 1, 16_384)
                .above("temperature", temperature, 0, 100)
                .whole("queue", queue, 0, 1 << 20)
                .number("momentum", momentum, 0, 1)
                .check();
    }

    /**
     * The paper's values; below 20,000 tiles a narrower head and a queue, because batches are small there.
     *
     * @param steps of the run, which the momentum must fit
     */
    public static MocoOptions forTiles(long tiles, long steps) {
        double momentum = StudentTeacher.momentumFor(0.99, steps);
        return tiles <= 20_000
                ? new MocoOptions(512, 256, 0.2, momentum, 1024, true)
                : new MocoOptions(4096, 256, 0.2, momentum, 0, true);
    }
}
