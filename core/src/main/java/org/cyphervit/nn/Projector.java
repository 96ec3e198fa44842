package org.cyphervit.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The projection head of contrastive methods: linear layers, each followed by batch normalisation and, but for the last,
 * ReLU. Linear layers have no bias, for the normalisation would take it out.
 *
 * @see <a href="https://arxiv.org/abs/2002.05709">Chen 2020, SimCLR</a>
 * @see <a href="https://arxiv.org/abs/2104.02057">Chen 2021, MoCo v3</a>
 * @see <a href="https://github.com/facebookresearch/moco-v3">MoCo v3's code</a>
 */
public final class Projector extends Layer {
    private final List<UnaryOperator<Tensor>> layers = new ArrayList<>();
    private double operations;

    /**
     * @param widths of features, hidden layers and output
     * @param lastAffine whether the last normalisation has a trained scale (it never has a shift)
     */
    public Projector(List<Integer> widths, boolean lastAffine, Init init) {
        for (int i = 0; i + 1 < widths.size(); i++) {
            boolean last = i + 2 == widths.size();
            int width = widths.get(i + 1);
            Linear linear = child(3 * i + "", new Linear(widths.get(i), width, false, init));
            operations += linear.operations();
            layers.add(linear::forward);
            layers.add(child(3 * i + 1 + "", new BatchNorm(width, !last || lastAffine, !last, init))::forward);
            if (!last) {
                layers.add(torch::relu);
            }
        }
    }

    /** Operations of the matrix products per feature; a multiplication with its addition counts as two. */
    public double operations() {
        return operations;
    }

    /** (B,D) to (B,out). */
    public Tensor forward(Tensor features) {
        Tensor x = features;
        for (UnaryOperator<Tensor> layer : layers) {
            x = layer.apply(x);
        }
        return x;
    }
}
