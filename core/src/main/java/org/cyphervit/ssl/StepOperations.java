package org.cyphervit.ssl;

import java.util.List;
import org.cyphervit.backbone.Backbone;

/**
 * What {@link SslMethod#operations} are sums of. A multiplication with its addition counts as two operations. A backward
 * pass counts as two forward passes, one for the gradients of the inputs and one for those of the weights; images need no
 * gradient, which is up to 1.3 % less in a nano backbone, and is not taken off. Norms, softmax, losses and the optimizer are
 * left out: they are bound by memory.
 */
public final class StepOperations {
    private static final int FORWARD_AND_BACKWARD = 3;

    private StepOperations() {}

    /** Forward and backward of what takes so many operations forward. */
    public static double trained(double forward) {
        return FORWARD_AND_BACKWARD * forward;
    }

    /** Forward: the pooled feature of each view by {@link Backbone#pooled}. */
    public static double pooled(Backbone backbone, List<Integer> sides) {
        return sides.stream().mapToDouble(backbone::pooledOperations).sum();
    }
}
