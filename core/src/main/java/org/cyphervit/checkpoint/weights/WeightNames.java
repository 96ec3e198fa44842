package org.cyphervit.checkpoint.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.torch.Tensors;

/**
 * Finds a backbone among the tensors of a file and gives it this program's names, which are timm's: those of timm, DINO,
 * DeiT, DINOv2 and DINOv3, MoCo v3, iBOT, MAE, of this program, and of Hugging Face's ViT, DINOv2 and DINOv3. Wherever it
 * lies ({@code teacher}, {@code model}, {@code state_dict}, {@code module.}, {@code backbone.} ...), its patch embedding
 * tells the prefix.
 */
final class WeightNames {
    private static final List<String> PATCHES =
            List.of(WeightLayout.PATCHES, WeightLayout.HUGGING_FACE_PATCHES, WeightLayout.HUGGING_FACE_DINOV3_PATCHES);

    /** Where several networks lie in one file, the first of these is meant. */
    private static final List<String> PREFERRED = List.of("teacher", "ema", "base_encoder", "model", "");

    /** What comes with a backbone but is no part of it. */
    private static final Pattern BESIDES = Pattern.compile(
            "(head|head_dist|dino_head|ibot_head|fc|fc_norm|classifier|pooler|projector|predictor|decoder\\w*|mask_token"
                    + "|masked_embed|embeddings\\.mask_token|rope_embed|rope_embeddings|local_cls_norm)(\\..*)?");

    /** Tensors that are one here, in this order; of the others, what is missing is a key without bias. */
    private static final List<List<String>> JOINED = List.of(
            List.of(".attention.attention.query.", ".attention.attention.key.", ".attention.attention.value."),
            List.of(".attention.q_proj.", ".attention.k_proj.", ".attention.v_proj."),
            List.of(".mlp.w1.", ".mlp.w2."),
            List.of(".mlp.gate_proj.", ".mlp.up_proj."));

    private static final String BIAS = ".attn.qkv.bias";
    private static final String BIAS_MASK = ".attn.qkv.bias_mask";

    private WeightNames() {}

    /**
     * A backbone's tensors.
     *
     * @param prefix where they lay in the file
     * @param layout whose names they had
     * @param tensors by this program's names
     * @param besides names of the file that are no part of it
     * @param ropeBase of DINOv3's periods, where the file has them
     */
    record Found(
            String prefix,
            WeightLayout layout,
            Map<String, Tensor> tensors,
            List<String> besides,
            Optional<Double> ropeBase) {}

    static Found find(Map<String, Tensor> all, String file) {
        List<String> prefixes = new ArrayList<>();
        for (String name : all.keySet()) {
            PATCHES.stream()
                    .filter(name::endsWith)
                    .findFirst()
                    .ifPresent(end -> prefixes.add(name.substring(0, name.length() - end.length())));
        }
        if (prefixes.isEmpty()) {
            throw new UserError("'" + file + "' holds no vision transformer: no tensor named ..."
                    + String.join(" or ...", PATCHES) + ". It holds " + sample(all.keySet()) + ".");
        }
        String prefix = PREFERRED.stream()
                .flatMap(wanted -> prefixes.stream().filter(found -> found.contains(wanted)))
                .findFirst()
                .orElseThrow();
        Map<String, Tensor> under = new LinkedHashMap<>();
        Map<String, Tensor> inside = new LinkedHashMap<>();
        List<String> besides = new ArrayList<>();
        all.forEach((name, tensor) -> {
            String rest = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
            under.put(rest, tensor);
            if (rest.isEmpty() || BESIDES.matcher(rest).matches()) {
                besides.add(name);
            } else {
                inside.put(rest, tensor);
            }
        });
        WeightLayout layout = WeightLayout.of(under);
        return new Found(prefix, layout, withKeyMasks(joined(inside), layout), besides, ropeBase(under));
    }

    private static Map<String, Tensor> joined(Map<String, Tensor> tensors) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            for (List<String> parts : JOINED) {
                for (String part : parts) {
                    String first = name.replace(part, parts.getFirst());
                    if (name.contains(part) && tensors.containsKey(first)) {
                        if (part.equals(parts.getFirst())) {
                            named.put(renamed(name), join(tensors, name, parts));
                        }
                        return; // joined with the first
                    }
                }
            }
            named.put(renamed(name), tensor);
        });
        return named;
    }

    private static Tensor join(Map<String, Tensor> tensors, String name, List<String> parts) {
        List<Tensor> all = new ArrayList<>();
        for (String part : parts) {
            Tensor own = Objects.requireNonNull(tensors.get(name), name);
            all.add(tensors.getOrDefault(name.replace(parts.getFirst(), part), own.new_zeros(Tensors.shape(own))));
        }
        return Tensors.cat(all, 0);
    }

    // A masked key has a bias of 0 and the mask that says so, whatever the file has there: Hugging Face's has neither.
    private static Map<String, Tensor> withKeyMasks(Map<String, Tensor> tensors, WeightLayout layout) {
        boolean masked = layout == WeightLayout.HUGGING_FACE_DINOV3
                || tensors.keySet().stream().anyMatch(name -> name.endsWith(BIAS_MASK));
        Map<String, Tensor> named = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            if (masked && name.endsWith(BIAS)) {
                long width = tensor.size(0) / 3;
                Tensor ones = tensor.new_ones(width);
                Tensor mask = Tensors.cat(List.of(ones, ones.new_zeros(new long[] {width}), ones), 0);
                Tensor zeroed = Tensors.cat(
                        List.of(
                                tensor.narrow(0, 0, width),
                                tensor.new_zeros(new long[] {width}),
                                tensor.narrow(0, 2 * width, width)),
                        0);
                named.put(name, zeroed);
                named.put(name.replace(BIAS, BIAS_MASK), mask);
            } else if (!name.endsWith(BIAS_MASK)) {
                named.put(name, tensor);
            }
        });
        return named;
    }

    // Periods are base^(i/q), i from 0 to q-1.
    private static Optional<Double> ropeBase(Map<String, Tensor> tensors) {
        Tensor periods = tensors.get("rope_embed.periods");
        if (periods == null || periods.numel() < 2) {
            return Optional.empty();
        }
        double[] values = Tensors.doubles(periods);
        double base = Math.pow(values[1] / values[0], values.length);
        return Optional.of(Math.rint(base * 1e3) / 1e3);
    }

    /** This program's name for a tensor of any layout. */
    static String renamed(String name) {
        return name.replaceFirst("^encoder\\.layer\\.", "blocks.")
                .replaceFirst("^(model\\.)?layer\\.(\\d+)\\.", "blocks.$2.")
                .replaceFirst("^blocks\\.\\d+\\.(\\d+)\\.", "blocks.$1.") // DINOv2 counts blocks within chunks
                .replaceFirst("^embeddings\\.patch_embeddings\\.(projection\\.)?", "patch_embed.proj.")
                .replaceFirst("^embeddings\\.position_embeddings$", "pos_embed")
                .replaceFirst("^embeddings\\.", "")
                .replaceFirst("^(register_tokens|storage_tokens)$", "reg_token")
                .replaceFirst("\\.attention\\.(attention\\.query|q_proj)\\.", ".attn.qkv.")
                .replaceFirst("\\.attention\\.(output\\.dense|o_proj)\\.", ".attn.proj.")
                .replace(".layernorm_before.", ".norm1.")
                .replace(".layernorm_after.", ".norm2.")
                .replaceFirst("^layernorm\\.", "norm.")
                .replaceFirst("\\.(intermediate\\.dense|mlp\\.(w12|w1|weights_in|gate_proj|up_proj))\\.", ".mlp.fc1.")
                .replaceFirst("^(blocks\\.\\d+)\\.output\\.dense\\.", "$1.mlp.fc2.")
                .replaceFirst("\\.mlp\\.(w3|weights_out|down_proj)\\.", ".mlp.fc2.")
                .replaceFirst("\\.layer_scale([12])\\.lambda1$", ".ls$1.gamma");
    }

    static String sample(java.util.Collection<String> names) {
        List<String> some = names.stream().limit(8).toList();
        return some + (names.size() > some.size() ? " and " + (names.size() - some.size()) + " more" : "");
    }
}
