package org.cyphervit.train;

import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.data.TileSource;
import org.cyphervit.group.Group;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/** What all ranks must share before the first step: the tiles, rank 0's weights and optimizer state, and its step. */
final class InitialBroadcast {
    private InitialBroadcast() {}

    /**
     * Brings all ranks to the state of rank 0.
     *
     * @param step of rank 0's checkpoint; what other ranks give does not matter
     * @return the step to go on from
     * @throws UserError on every rank if one of them sees other tiles
     */
    static long of(Group group, TileSource source, Trainer trainer, Device device, long step) {
        try (Scope scope = Scope.open()) {
            long tiles = source.fingerprint().hashCode();
            Tensor start = Tensors.of(new long[] {step, tiles}, 2).to(device, ScalarType.Long);
            group.broadcast(List.of(start));
            long[] first = Tensors.longs(start);
            if (group.any(first[1] != tiles)) {
                throw new UserError(
                        "The ranks see different tiles; each must read the same folders. Rank " + group.rank() + " has "
                                + source.size() + " tiles of fingerprint " + source.fingerprint() + ".");
            }
            group.broadcast(List.copyOf(trainer.state().values()));
            trainer.resumeAt(first[0]);
            return first[0];
        }
    }
}
