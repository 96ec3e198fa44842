package org.cyphervit.checkpoint.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.torch.Tensors;

/**
 * Finds a backbone among the tensors of a file and gives it timm's names: those of timm, DINO, DeiT, DINOv2, MoCo v3,
 * iBOT, MAE, of this program, and of Hugging Face's ViT and DINOv2. Wherever it lies ({@code teacher}, {@code model},
 * {@code state_dict}, {@code module.}, {@code backbone.} ...), its patch embedding tells the prefix.
 */
final class WeightNames {
    private static final String TIMM = "patch_embed.proj.weight";
    private static final String HUGGING_FACE = "embeddings.patch_embeddings.projection.weight";

    /** Where several networks lie in one file, the first of these is meant. */
    private static final List<String> PREFERRED = List.of("teacher", "ema", "base_encoder", "model", "");

    /** What comes with a backbone but is no part of it. */
    private static final Pattern BESIDES = Pattern.compile(
            "(head|head_dist|fc|fc_norm|classifier|pooler|projector|predictor|decoder\\w*|mask_token|masked_embed"
                    + "|embeddings\\.mask_token)(\\..*)?");

    private WeightNames() {}

    /**
     * A backbone's tensors.
     *
     * @param prefix where they lay in the file
     * @param tensors by timm's names
     * @param besides names of the file that are no part of it
     */
    record Found(String prefix, Map<String, Tensor> tensors, List<String> besides) {}

    static Found find(Map<String, Tensor> all, String file) {
        List<String> prefixes = all.keySet().stream()
                .filter(name -> name.endsWith(TIMM) || name.endsWith(HUGGING_FACE))
                .map(name -> name.substring(0, name.length() - (name.endsWith(TIMM) ? TIMM : HUGGING_FACE).length()))
                .toList();
        if (prefixes.isEmpty()) {
            throw new UserError("'" + file + "' holds no vision transformer: no tensor named ..." + TIMM + " or ..."
                    + HUGGING_FACE + ". It holds " + sample(all.keySet()) + ".");
        }
        String prefix = PREFERRED.stream()
                .flatMap(wanted -> prefixes.stream().filter(found -> found.contains(wanted)))
                .findFirst()
                .orElseThrow();
        Map<String, Tensor> inside = new LinkedHashMap<>();
        List<String> besides = new ArrayList<>();
        all.forEach((name, tensor) -> {
            String rest = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
            if (rest.isEmpty() || BESIDES.matcher(rest).matches()) {
                besides.add(name);
            } else {
                inside.put(rest, tensor);
            }
        });
        boolean huggingFace = inside.containsKey(HUGGING_FACE);
        return new Found(prefix, huggingFace ? fromHuggingFace(inside) : fromTimm(inside), besides);
    }

    // DINOv2 counts blocks within chunks, blocks.0.3.norm1, and has its own name for registers.
    private static Map<String, Tensor> fromTimm(Map<String, Tensor> tensors) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> named.put(
                name.replaceFirst("^blocks\\.\\d+\\.(\\d+)\\.", "blocks.$1.")
                        .replaceFirst("^register_tokens$", "reg_token"),
                tensor));
        return named;
    }

    private static Map<String, Tensor> fromHuggingFace(Map<String, Tensor> tensors) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            if (name.matches(".*attention\\.attention\\.(key|value)\\..*")) {
                return; // joined with the query
            }
            if (name.contains("attention.attention.query.")) {
                List<Tensor> parts = new ArrayList<>();
                for (String part : List.of("query", "key", "value")) {
                    parts.add(Objects.requireNonNull(tensors.get(name.replace("query", part)), name));
                }
                named.put(huggingFace(name), Tensors.cat(parts, 0));
                return;
            }
            named.put(huggingFace(name), tensor);
        });
        return named;
    }

    private static String huggingFace(String name) {
        return name.replaceFirst("^encoder\\.layer\\.", "blocks.")
                .replaceFirst("^embeddings\\.patch_embeddings\\.projection\\.", "patch_embed.proj.")
                .replaceFirst("^embeddings\\.cls_token$", "cls_token")
                .replaceFirst("^embeddings\\.position_embeddings$", "pos_embed")
                .replaceFirst("^embeddings\\.register_tokens$", "reg_token")
                .replace(".attention.attention.query.", ".attn.qkv.")
                .replace(".attention.output.dense.", ".attn.proj.")
                .replace(".layernorm_before.", ".norm1.")
                .replace(".layernorm_after.", ".norm2.")
                .replace(".intermediate.dense.", ".mlp.fc1.")
                .replaceFirst("^(blocks\\.\\d+)\\.output\\.dense\\.", "$1.mlp.fc2.")
                .replaceFirst("\\.layer_scale([12])\\.lambda1$", ".ls$1.gamma")
                .replaceFirst("^layernorm\\.", "norm.");
    }

    static String sample(java.util.Collection<String> names) {
        List<String> some = names.stream().limit(8).toList();
        return some + (names.size() > some.size() ? " and " + (names.size() - some.size()) + " more" : "");
    }
}
