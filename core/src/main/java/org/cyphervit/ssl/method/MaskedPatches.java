package org.cyphervit.ssl.method;

import java.util.Arrays;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.torch.Tensors;

/**
 * Which patches of some images a student does not see. Their numbers and weights are made on the CPU, where masks
 * are drawn: a GPU asked for them would be waited for.
 *
 * <p>Masks hide another number of patches in each step. What keeps memory and compiled products by their size, as
 * allocators and oneDNN do, would keep ever more of them, so there are a few sizes only: the last rows may be of no
 * weight.
 *
 * @param mask true where hidden, (B,N)
 * @param count of hidden patches
 * @param chosen numbers of the hidden patches among all B*N, rising, then that of the first of all again and again,
 *     int64 (M)
 * @param weights of the same patches: those of an image share 1/B evenly, the rows that fill up have 0; float32 (M)
 */
record MaskedPatches(Tensor mask, int count, Tensor chosen, Tensor weights) {
    /**
     * @param masks one per image, row by row; true is hidden
     * @param unit what M is a multiple of
     */
    static MaskedPatches of(boolean[][] masks, int unit, Device device) {
        int B = masks.length;
        int N = masks[0].length;
        byte[] mask = new byte[B * N];
        long[] chosen = new long[B * N + unit];
        float[] weights = new float[B * N + unit];
        int count = 0;
        for (int b = 0; b < B; b++) {
            int first = count;
            for (int n = 0; n < N; n++) {
                if (masks[b][n]) {
                    mask[b * N + n] = 1;
                    chosen[count++] = (long) b * N + n;
                }
            }
            Arrays.fill(weights, first, count, 1f / (count - first) / B);
        }
        int M = Math.ceilDiv(count, unit) * unit;
        return new MaskedPatches(
                Tensors.ofBytes(mask, device, B, N).to(ScalarType.Bool),
                count,
                Tensors.onto(Tensors.of(Arrays.copyOf(chosen, M), M), device),
                Tensors.onto(Tensors.of(Arrays.copyOf(weights, M), M), device));
    }

    /** 1 for hidden patches, 0 for the rows that fill up, (M,1). */
    Tensor counted() {
        return weights.gt(new Scalar(0)).to(ScalarType.Float).unsqueeze(1);
    }

    /** Of all patches, one in each row, (B*N,D), the chosen ones, (M,D). */
    Tensor of(Tensor patches) {
        return patches.index_select(0, chosen);
    }
}
