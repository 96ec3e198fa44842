package org.cyphervit.group;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The processes that train one model together; W of them, each a rank from 0 to W-1. All call the same methods in the
 * same order: each waits until every rank has called.
 *
 * <p>Losses are means over a rank's own images, and the loss of the step is the mean over ranks: so each rank
 * differentiates its own loss, and {@link #average} makes of the gradients that of the whole batch.
 */
public interface Group extends AutoCloseable {
    /** 0 to {@link #size} - 1; rank 0 writes files and talks to the user. */
    int rank();

    /** W, at least 1. */
    int size();

    /**
     * The rows of all ranks, rank by rank: (n,...) to (W*n,...), n being the same everywhere. Differentiable: each rank's
     * rows receive the gradients of all ranks' losses.
     */
    Tensor gather(Tensor mine);

    /** Element-wise sum over ranks, without gradient. */
    Tensor sum(Tensor mine);

    /** Element-wise maximum over ranks, without gradient. */
    Tensor max(Tensor mine);

    /** Makes each tensor, in place, its mean over ranks. */
    void average(List<Tensor> tensors);

    /** Makes each tensor, in place, what rank 0 has. */
    void broadcast(List<Tensor> tensors);

    /** Whether any rank says so. */
    boolean any(boolean mine);

    /** Leaves; the others must be done too. */
    @Override
    void close();

    /** Element-wise mean over ranks, without gradient. */
    default Tensor mean(Tensor mine) {
        return size() == 1 ? mine : sum(mine).div(new Scalar((double) size()));
    }

    default boolean isFirst() {
        return rank() == 0;
    }

    /** This rank's device, {@code cuda:1} for {@code cuda} on the second rank of a host. */
    default String device(String wanted) {
        return wanted;
    }

    /** What to tell the user of an error that came while training: which rank is gone, if that is why. */
    default RuntimeException explain(RuntimeException error) {
        return error;
    }

    /** A process on its own. */
    static Group singleProcess() {
        return SingleProcess.INSTANCE;
    }

    /**
     * Waits for the others and joins them: NCCL for CUDA, Gloo for the CPU.
     *
     * @param device of the recipe
     * @throws org.cyphervit.UserError if not all come within the timeout
     */
    static Group join(Rendezvous rendezvous, String device) {
        return rendezvous.size() == 1 ? singleProcess() : C10dGroup.join(rendezvous, device);
    }
}
