package org.cyphervit.export;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.VitConfig;
import org.cyphervit.nn.Positions;

/** A backbone's weights made ready for one image size, in float32 on the CPU; they belong to the current scope. */
final class EncoderWeights {
    private EncoderWeights() {}

    /**
     * The state with {@code pos_embed} at the grid of the size, (1,N,D), the patch projection flat, (D,3PP), and a ViT's
     * {@code cls_token} with its position added.
     *
     * @param size side of the images, pixels; a multiple of the patch
     */
    static Map<String, Tensor> of(Backbone backbone, int size) {
        int patch = backbone.config().patch();
        if (size < patch || size % patch != 0) {
            throw new UserError("An encoder with patches of " + patch + " pixels needs images whose side is a multiple"
                    + " of that; got " + size + ". Try " + Math.max(patch, size / patch * patch) + ".");
        }
        long side = size / patch;
        Map<String, Tensor> weights = new LinkedHashMap<>();
        backbone.state()
                .forEach((name, tensor) -> weights.put(
                        name,
                        tensor.detach().to(new Device("cpu"), ScalarType.Float).contiguous()));
        Tensor positions = Objects.requireNonNull(weights.get("pos_embed"));
        if (backbone.config() instanceof VitConfig) {
            Tensor cls = Objects.requireNonNull(weights.get("cls_token")).add(positions.narrow(1, 0, 1));
            weights.put("cls_token", cls.contiguous());
            positions = positions.narrow(1, 1, positions.size(1) - 1);
        }
        weights.put("pos_embed", Positions.resize(positions, side, side).contiguous());
        weights.computeIfPresent(
                "patch_embed.proj.weight",
                (name, weight) -> weight.flatten(1, -1).contiguous());
        return weights;
    }
}
