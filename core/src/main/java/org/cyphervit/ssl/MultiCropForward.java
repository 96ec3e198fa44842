package org.cyphervit.ssl;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.torch.Tensors;

/** Runs a network over views of several sizes, one pass per size. */
public final class MultiCropForward {
    private MultiCropForward() {}

    /** Groups consecutive views of one size, maps each group (n*B,3,S,S) to (n*B,D), and joins: (V*B,D). */
    public static Tensor forward(List<Tensor> views, Function<Tensor, Tensor> network) {
        List<Tensor> outputs = new ArrayList<>();
        int start = 0;
        for (int i = 1; i <= views.size(); i++) {
            if (i == views.size() || views.get(i).size(3) != views.get(start).size(3)) {
                outputs.add(network.apply(join(views.subList(start, i))));
                start = i;
            }
        }
        return join(outputs);
    }

    private static Tensor join(List<Tensor> tensors) {
        return tensors.size() == 1 ? tensors.getFirst() : Tensors.cat(tensors, 0);
    }
}
