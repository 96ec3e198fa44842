package org.cyphervit.backbone;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What a backbone makes of B images.
 *
 * @param pooled one vector per image, (B,D): the normalised [cls] token of a ViT, the mean of CypherViT's final tokens
 * @param tokens the normalised [cls] tokens of the end, (B,K,D); K is 1 for a ViT
 * @param patches the normalised patch tokens where they exist to the end (ViT), (B,N,D); for CypherViT the patch tokens
 *     that leave stage 0, before they are clustered
 * @param assignments CypherViT: the soft assignment of each stage, (B,N_s,K_s), whose product is the phenotype map;
 *     empty for a ViT
 */
public record Features(Tensor pooled, Tensor tokens, Tensor patches, List<Tensor> assignments) {
    /** Names of results in exported programs. */
    public static final String POOLED = "pooled";

    public static final String TOKENS = "tokens";
    public static final String PATCHES = "patches";
    /** The roll-out of the assignments, (B,N,K). */
    public static final String PHENOTYPES = "phenotypes";

    /** In exported programs the assignment of a stage, counted from 0. */
    public static String assignment(int stage) {
        return "assignment_" + stage;
    }

    /** @param chosen numbers of patches among all B*N, int64 (M) */
    public SomePatches some(Tensor chosen) {
        return new SomePatches(pooled, patches.flatten(0, 1).index_select(0, chosen));
    }

    /** Roll-out: how much of each patch each final token holds, (B,N,K), rows summing to 1; null for a ViT. */
    public @Nullable Tensor rollout() {
        return assignments.stream().reduce(Tensor::matmul).orElse(null);
    }
}
