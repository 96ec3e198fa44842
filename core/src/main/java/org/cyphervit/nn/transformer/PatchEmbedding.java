package org.cyphervit.nn.transformer;

import org.bytedeco.pytorch.Tensor;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.torch.Tensors;

/**
 * Cuts an image into P x P patches and projects each to D values. The weight has the shape of timm's convolution (D, 3,
 * P, P); it is applied as one matrix product, which equals the convolution.
 *
 * @see <a href="https://arxiv.org/abs/2010.11929">Dosovitskiy 2021, An image is worth 16x16 words</a>
 * @see <a href="https://github.com/huggingface/pytorch-image-models/blob/main/timm/models/vision_transformer.py">timm's vision_transformer.py</a>
 */
public final class PatchEmbedding extends Layer {
    private final int patch;
    private final Projection proj;

    public PatchEmbedding(int patch, int width, Init init) {
        this.patch = patch;
        this.proj = child("proj", new Projection(patch, width, init));
    }

    /** (B,3,rows*P,columns*P) to (B,rows*columns,D), row by row; pixels beyond the last whole patch are left out. */
    public Tensor forward(Tensor images) {
        long B = images.size(0);
        long rows = images.size(2) / patch;
        long columns = images.size(3) / patch;
        Tensor whole = images.narrow(2, 0, rows * patch).narrow(3, 0, columns * patch);
        // (B,3,rows,P,columns,P) -> (B,rows,columns,3,P,P) -> (B,N,3PP)
        Tensor patches = whole.reshape(B, 3, rows, patch, columns, patch)
                .permute(0, 2, 4, 1, 3, 5)
                .reshape(B, rows * columns, 3L * patch * patch);
        return Tensors.linear(patches, proj.weight.flatten(1, -1), proj.bias);
    }

    /**
     * Writes this layer, called {@code name}, into a program.
     *
     * @param images (B,3,size,size)
     * @param size a multiple of the patch
     */
    public <V> V write(GraphWriter<V> graph, V images, int size, String name) {
        long side = size / patch;
        long pixels = 3L * patch * patch;
        V cut = graph.transpose(graph.reshape(images, -1, 3, side, patch, side, patch), 0, 2, 4, 1, 3, 5);
        V flat = graph.reshape(cut, -1, side * side, pixels); // (B,N,3PP)
        return graph.linear(flat, name + ".proj", proj.weight.flatten(1, -1), proj.bias);
    }

    private static final class Projection extends Layer {
        private final Tensor weight;
        private final Tensor bias;

        private Projection(int patch, int width, Init init) {
            int fanIn = 3 * patch * patch;
            weight = parameter("weight", init.uniform(fanIn, width, 3, patch, patch));
            bias = parameter("bias", init.uniform(fanIn, width));
        }
    }
}
