package org.cyphervit.ssl;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * What a method learns from in one forward pass.
 *
 * @param views normalised float images (B,3,S,S), one tensor per view in the order of the view recipe
 * @param labels class of each tile, int64 (B), -1 where it has none
 * @param targets what tokens are to tell of each view, float32 (V*B,T) in the order of the views, NaN where unknown; null
 *     without such targets
 */
public record Batch(
        List<Tensor> views, Tensor labels, @Nullable Tensor targets) {
    public Batch {
        views = List.copyOf(views);
    }

    /** Without targets of tokens. */
    public Batch(List<Tensor> views, Tensor labels) {
        this(views, labels, null);
    }

    /** Tiles without labels. */
    public static Batch unlabelled(List<Tensor> views) {
        int[] none = new int[Math.toIntExact(views.getFirst().size(0))];
        java.util.Arrays.fill(none, -1);
        return new Batch(views, Tensors.ofLabels(none));
    }
}
