package org.cyphervit.backbone.vit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.backbone.TimmModel;
import org.cyphervit.nn.transformer.FeedForwardOptions;
import org.cyphervit.nn.transformer.PositionOptions;
import org.cyphervit.nn.transformer.QkvBias;

/** A vision transformer as arguments and weights of timm's {@code VisionTransformer}. */
final class VitForTimm {
    /** Architectures of timm's registry whose sizes are replaced; the second has the packed SwiGLU with SiLU. */
    private static final String MLP = "vit_small_patch16_224";

    private static final String SWIGLU = "vit_giant_patch14_reg4_dinov2";

    private VitForTimm() {}

    // timm's class has neither rotary positions nor untied norms, and no argument for the key's bias or the epsilon.
    static Optional<TimmModel> of(VitConfig config, Map<String, Tensor> state) {
        if (config.positions().kind() == PositionOptions.Kind.ROPE
                || config.untiedNorms()
                || config.qkvBias() == QkvBias.NO_KEY
                || config.layerNormEps() != 1e-6) {
            return Optional.empty();
        }
        boolean gated = config.feedForward().kind() == FeedForwardOptions.Kind.SWIGLU;
        // timm gives registers a position unless [cls] has none either: its position is added to the token itself.
        boolean moved = config.positions().kind() == PositionOptions.Kind.CLS_AND_PATCHES && config.registers() > 0;
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("img_size", config.imageSize());
        arguments.put("patch_size", config.patch());
        arguments.put("embed_dim", config.width());
        arguments.put("depth", config.depth());
        arguments.put("num_heads", config.heads());
        arguments.put("mlp_ratio", config.feedForward().ratio() * (gated ? 2 : 1)); // timm counts both halves
        arguments.put("qkv_bias", config.qkvBias() == QkvBias.ALL);
        arguments.put("init_values", config.layerScale() > 0 ? config.layerScale() : null);
        arguments.put("reg_tokens", config.registers());
        arguments.put("no_embed_class", moved || config.positions().kind() == PositionOptions.Kind.PATCHES);
        return Optional.of(new TimmModel(gated ? SWIGLU : MLP, arguments, moved ? moved(state) : state));
    }

    private static Map<String, Tensor> moved(Map<String, Tensor> state) {
        Map<String, Tensor> moved = new LinkedHashMap<>(state);
        Tensor positions = Objects.requireNonNull(state.get("pos_embed"));
        moved.computeIfPresent("cls_token", (name, cls) -> cls.add(positions.narrow(1, 0, 1)));
        moved.put("pos_embed", positions.narrow(1, 1, positions.size(1) - 1).contiguous());
        return moved;
    }
}
