package org.cyphervit.ssl;

import java.util.Arrays;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.torch.Tensors;

/**
 * Which patches of some images a student does not see. Their numbers and weights are made on the CPU, where masks are drawn: a
 * GPU asked for them would be waited for.
 *
 * @param mask true where hidden, (B,N)
 * @param chosen numbers of the M hidden patches among all B*N, rising, int64 (M)
 * @param weights of the same patches: those of an image share 1/B evenly, float32 (M)
 */
record HiddenPatches(Tensor mask, Tensor chosen, Tensor weights) {
    /** @param masks one per image, row by row; true is hidden */
    static HiddenPatches of(boolean[][] masks, Device device) {
        int B = masks.length;
        int N = masks[0].length;
        byte[] mask = new byte[B * N];
        long[] chosen = new long[B * N];
        float[] weights = new float[B * N];
        int M = 0;
        for (int b = 0; b < B; b++) {
            int first = M;
            for (int n = 0; n < N; n++) {
                if (masks[b][n]) {
                    mask[b * N + n] = 1;
                    chosen[M++] = (long) b * N + n;
                }
            }
            Arrays.fill(weights, first, M, 1f / (M - first) / B);
        }
        return new HiddenPatches(
                Tensors.ofBytes(mask, device, B, N).to(ScalarType.Bool),
                Tensors.onto(Tensors.of(Arrays.copyOf(chosen, M), M), device),
                Tensors.onto(Tensors.of(Arrays.copyOf(weights, M), M), device));
    }

    /** M. */
    long count() {
        return chosen.size(0);
    }

    /** Of all patches, one in each row, (B*N,D), the hidden ones, (M,D). */
    Tensor of(Tensor patches) {
        return patches.index_select(0, chosen);
    }
}
