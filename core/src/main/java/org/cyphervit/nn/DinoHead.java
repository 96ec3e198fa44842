package org.cyphervit.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.UserError;
import org.cyphervit.torch.Ops;
import org.cyphervit.torch.Tensors;

/**
 * DINO's projection head (Caron 2021, section 3 and appendix C): an MLP with GELU to a bottleneck, L2 normalisation, and
 * a weight-normalised linear layer to K prototypes. Names are the official ones (mlp.0, mlp.2, mlp.4, last_layer; with batch
 * normalisation mlp.0, mlp.1, mlp.3, mlp.4, mlp.6).
 *
 * @see <a href="https://arxiv.org/abs/2104.14294">Caron 2021, Emerging properties in self-supervised vision transformers</a>
 * @see <a href="https://github.com/facebookresearch/dino/blob/main/vision_transformer.py">DINO's vision_transformer.py</a>
 */
public final class DinoHead extends Layer {
    private final List<UnaryOperator<Tensor>> mlp = new ArrayList<>();
    private double directionOperations;
    private final WeightNormed lastLayer;

    /**
     * @param in width of the features
     * @param hidden width of the hidden layers (paper: 2048)
     * @param bottleneck width before the prototypes (paper: 256)
     * @param out K, the number of prototypes (paper: 65,536)
     * @param batchNorm normalise the hidden layers over the batch, which keeps small differences of features visible
     * @param normLast keep the magnitude of each prototype at 1 (steadier) instead of training it
     */
    public DinoHead(int in, int hidden, int bottleneck, int out, boolean batchNorm, boolean normLast, Init init) {
        if (hidden < 1 || bottleneck < 1 || out < 2) {
            throw new UserError("A DINO head needs hidden and bottleneck >= 1 and out >= 2; got " + hidden + ", "
                    + bottleneck + " and " + out + ".");
        }
        Sequence layers = child("mlp", new Sequence());
        int[] widths = {in, hidden, hidden, bottleneck};
        for (int i = 0, place = 0; i < 3; i++, place += batchNorm ? 3 : 2) {
            Linear linear = layers.add(Integer.toString(place), new Linear(widths[i], widths[i + 1], init));
            directionOperations += linear.operations();
            mlp.add(linear::forward);
            if (batchNorm && i < 2) {
                mlp.add(layers.add(Integer.toString(place + 1), new BatchNorm(hidden, true, true, init))::forward);
            }
            if (i < 2) {
                mlp.add(torch::gelu);
            }
        }
        this.lastLayer = child("last_layer", new WeightNormed(bottleneck, out, normLast, init));
    }

    /** Operations of {@link #forward} per feature; a multiplication with its addition counts as two. */
    public double operations() {
        return directionOperations + 2.0 * lastLayer.direction.numel();
    }

    /** Operations of {@link #directions} per feature. */
    public double directionOperations() {
        return directionOperations;
    }

    /** (B,D) to prototype scores (B,K). */
    public Tensor forward(Tensor features) {
        return scores(directions(features));
    }

    /** (B,D) to what prototypes are compared with, rows of length 1, (B,bottleneck). */
    public Tensor directions(Tensor features) {
        Tensor x = features;
        for (UnaryOperator<Tensor> layer : mlp) {
            x = layer.apply(x);
        }
        return Tensors.normalizeRows(x, 1e-12);
    }

    /** (B,bottleneck) to prototype scores (B,K); linear. */
    public Tensor scores(Tensor directions) {
        return lastLayer.forward(directions);
    }

    /** Layers that only share a prefix. */
    private static final class Sequence extends Layer {
        private <L extends Layer> L add(String name, L layer) {
            return child(name, layer);
        }
    }

    /** y = g * v / |v| . x, without bias (Salimans 2016). */
    private static final class WeightNormed extends Layer {
        private final Tensor magnitude;
        private final Tensor direction;

        private WeightNormed(int in, int out, boolean normLast, Init init) {
            Tensor ones = init.ones(out, 1);
            // A buffer is saved like a parameter, but never trained.
            magnitude = normLast ? buffer("weight_g", ones) : parameter("weight_g", ones);
            direction = parameter("weight_v", init.uniform(in, out, in));
        }

        private Tensor forward(Tensor x) {
            return torch.linear(x, Ops.tensor("aten::_weight_norm", "", direction, magnitude, 0L));
        }
    }
}
