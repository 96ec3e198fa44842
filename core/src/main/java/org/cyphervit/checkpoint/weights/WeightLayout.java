package org.cyphervit.checkpoint.weights;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.nn.transformer.PositionOptions;

/**
 * The programs whose vision transformers this one reads. Their names tell them apart, and with them what weights alone do
 * not tell: how positions are resized and the epsilon of layer normalisation.
 */
@SuppressWarnings("ImmutableEnumChecker") // records of numbers
enum WeightLayout {
    /** DINO, DeiT, MoCo v3, iBOT, MAE. */
    DINO(PositionOptions.dino(), 1e-6),
    /** timm's newer models, told by layer scale or registers. */
    TIMM(PositionOptions.timm(PositionOptions.Kind.CLS_AND_PATCHES), 1e-6),
    /** Without registers; the first release. */
    DINOV2(PositionOptions.dino(), 1e-6),
    DINOV2_REGISTERS(PositionOptions.timm(PositionOptions.Kind.CLS_AND_PATCHES), 1e-6),
    DINOV3(PositionOptions.rope(), 1e-5),
    /** ViTModel; its epsilon is that of transformers' default configuration. */
    HUGGING_FACE_VIT(PositionOptions.dino().withResizing(false, 0), 1e-12),
    HUGGING_FACE_DINOV2(PositionOptions.dino().withResizing(false, 0), 1e-6),
    HUGGING_FACE_DINOV2_REGISTERS(PositionOptions.dino().withResizing(true, 0), 1e-6),
    HUGGING_FACE_DINOV3(PositionOptions.rope(), 1e-5);

    /** The patch embedding's weight in the layouts of timm and of Hugging Face. */
    static final String PATCHES = "patch_embed.proj.weight";

    static final String HUGGING_FACE_PATCHES = "embeddings.patch_embeddings.projection.weight";
    static final String HUGGING_FACE_DINOV3_PATCHES = "embeddings.patch_embeddings.weight";

    private final PositionOptions positions;
    private final double layerNormEps;

    WeightLayout(PositionOptions positions, double layerNormEps) {
        this.positions = positions;
        this.layerNormEps = layerNormEps;
    }

    PositionOptions positions() {
        return positions;
    }

    double layerNormEps() {
        return layerNormEps;
    }

    /** @param names of a backbone and what lies beside it, without the prefix */
    static WeightLayout of(Map<String, Tensor> names) {
        boolean registers = names.containsKey("embeddings.register_tokens");
        if (names.containsKey(HUGGING_FACE_DINOV3_PATCHES)) {
            return HUGGING_FACE_DINOV3;
        }
        if (names.containsKey(HUGGING_FACE_PATCHES)) {
            return names.containsKey("encoder.layer.0.layer_scale1.lambda1")
                    ? registers ? HUGGING_FACE_DINOV2_REGISTERS : HUGGING_FACE_DINOV2
                    : HUGGING_FACE_VIT;
        }
        if (names.containsKey("storage_tokens") || names.containsKey("rope_embed.periods")) {
            return DINOV3;
        }
        if (names.containsKey("register_tokens")) {
            return DINOV2_REGISTERS;
        }
        boolean scaled = names.containsKey("blocks.0.ls1.gamma");
        if (names.containsKey("blocks.0.0.norm1.weight")
                || names.containsKey("blocks.0.mlp.w12.weight")
                || (scaled && names.containsKey("mask_token"))) {
            return DINOV2;
        }
        return scaled || names.containsKey("reg_token") ? TIMM : DINO;
    }
}
