package org.cyphervit.nn.transformer;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.torch.Tensors;

/**
 * Axial rotary position embedding (Su 2021, https://arxiv.org/abs/2104.09864) in DINOv3's form: queries and keys of patches
 * are turned by angles that follow from their place, other tokens are left alone.
 *
 * <p>Rows and columns are mapped to (-1, 1) each by itself; the angle is 2 pi c / period with periods base^(4i/d), i from 0
 * to d/4 - 1: the first d/4 angles are of the row, the next of the column, and both halves of a vector use the same. (Code:
 * {@code rope_position_encoding.py} of https://github.com/facebookresearch/dinov3, in evaluation.)
 *
 * @param first number of tokens before the patches
 * @param sin (N,d), or (B,1,N,d) where images keep different patches
 * @param cos of the same shape
 */
public record Rotation(int first, Tensor sin, Tensor cos) {
    /**
     * The rotation for a grid of patches.
     *
     * @param width d, of a head; a multiple of 4
     */
    public static Rotation of(long rows, long columns, int width, double base, int first, Device device) {
        int quarter = width / 4;
        int N = Math.toIntExact(rows * columns);
        float[] sin = new float[N * width];
        float[] cos = new float[N * width];
        for (int n = 0; n < N; n++) {
            double[] place = {
                2 * (Math.floorDiv(n, columns) + 0.5) / rows - 1, 2 * (Math.floorMod(n, columns) + 0.5) / columns - 1
            };
            for (int i = 0; i < width; i++) {
                int angle = i % (2 * quarter);
                double period = Math.pow(base, 2.0 * (angle % quarter) / (2 * quarter));
                double turn = 2 * Math.PI * place[angle / quarter] / period;
                sin[n * width + i] = (float) Math.sin(turn);
                cos[n * width + i] = (float) Math.cos(turn);
            }
        }
        return new Rotation(
                first,
                Tensors.onto(Tensors.of(sin, N, width), device),
                Tensors.onto(Tensors.of(cos, N, width), device));
    }

    /** For images of which only some patches are kept: their numbers, int64 (B,n). */
    public Rotation keeping(Tensor keep) {
        return new Rotation(first, kept(sin, keep), kept(cos, keep));
    }

    private static Tensor kept(Tensor table, Tensor keep) {
        return table.index_select(0, keep.flatten()).reshape(keep.size(0), 1, keep.size(1), table.size(1));
    }

    /** Turns the patches among the tokens: (B,H,n,d) to the same, n either {@code first} or fewer, or all tokens. */
    Tensor apply(Tensor x) {
        long patches = Math.min(x.size(2) - first, sin.size(-2));
        if (patches <= 0) {
            return x;
        }
        long half = x.size(3) / 2;
        Tensor own = x.narrow(2, first, patches);
        Tensor turned = Tensors.cat(List.of(own.narrow(3, half, half).neg(), own.narrow(3, 0, half)), 3);
        Tensor rotated = own.mul(cos).add(turned.mul(sin)).to(x.dtype().toScalarType());
        long after = first + patches;
        return Tensors.cat(List.of(x.narrow(2, 0, first), rotated, x.narrow(2, after, x.size(2) - after)), 2);
    }

    /**
     * Writes the same into a program.
     *
     * @param x (B,H,n,d)
     */
    <V> V write(GraphWriter<V> graph, V x, long n) {
        long patches = sin.size(0);
        long half = sin.size(1) / 2;
        V own = graph.slice(x, 2, first, patches);
        V turned = graph.concat(
                3, List.of(graph.multiply(graph.slice(own, 3, half, half), -1), graph.slice(own, 3, 0, half)));
        V rotated = graph.add(
                graph.multiply(own, graph.parameter("rope.cos", cos)),
                graph.multiply(turned, graph.parameter("rope.sin", sin)));
        long after = first + patches;
        List<V> parts = new ArrayList<>();
        if (first > 0) {
            parts.add(graph.slice(x, 2, 0, first));
        }
        parts.add(rotated);
        if (after < n) {
            parts.add(graph.slice(x, 2, after, n - after));
        }
        return parts.size() == 1 ? rotated : graph.concat(2, parts);
    }
}
