package org.cyphervit.nn;

import org.cyphervit.Ranges;

/**
 * Low-rank adaptation (Hu 2021, "LoRA: Low-rank adaptation of large language models",
 * <a href="https://arxiv.org/abs/2106.09685">arXiv:2106.09685</a>): a weight W (out, in) stays as it is, and
 * {@code W + alpha / rank B A} takes its place, of which B (out, rank), at first zero, and A (rank, in) are trained.
 *
 * @param rank of the change
 * @param alpha how much it counts: the factor is alpha / rank
 */
public record LoraOptions(int rank, double alpha) {
    public LoraOptions {
        Ranges.of("LoRA")
                .whole("rank", rank, 1, 1024)
                .above("alpha", alpha, 0, 10_000)
                .check();
    }

    /** The factor before the product of B and A. */
    double scale() {
        return alpha / rank;
    }
}
