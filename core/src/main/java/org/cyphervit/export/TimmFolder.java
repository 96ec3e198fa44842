package org.cyphervit.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.Pooling;
import org.cyphervit.backbone.VitConfig;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.checkpoint.SafeTensors;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.interpret.PhenotypeNames;
import org.cyphervit.torch.Scope;

/**
 * A backbone as {@code model.safetensors}. A ViT has timm's names and a {@code config.json} beside it, so that {@code
 * timm.create_model("local-dir:FOLDER")} opens the folder; a CypherViT, which timm does not know, keeps its own names.
 */
final class TimmFolder {
    static final String WEIGHTS = "model.safetensors";
    static final String CONFIG = "config.json";

    private TimmFolder() {}

    static void write(Path folder, Backbone backbone, ModelCard card, Map<String, String> notes) throws IOException {
        Map<String, String> all = new LinkedHashMap<>(notes);
        all.put("model-card", card.json());
        if (!card.phenotypes().isEmpty()) {
            all.put(PhenotypeNames.NOTE, String.join("\n", card.phenotypes()));
        }
        if (!(backbone.config() instanceof VitConfig vit)) {
            EncoderFile.write(folder.resolve(WEIGHTS), backbone, all);
            return;
        }
        if (vit.registers() == 0) {
            EncoderFile.write(folder.resolve(WEIGHTS), backbone, all);
        } else {
            all.remove("config"); // these tensors are no longer quite those that it describes
            writeWithoutClsPosition(folder.resolve(WEIGHTS), backbone, all);
        }
        AtomicFiles.write(folder.resolve(CONFIG), config(vit, card));
    }

    // timm gives registers a position unless [cls] has none either: its position is added to the token itself.
    private static void writeWithoutClsPosition(Path file, Backbone backbone, Map<String, String> notes)
            throws IOException {
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Map<String, Tensor> state = new LinkedHashMap<>(backbone.state());
            Tensor positions = Objects.requireNonNull(state.get("pos_embed"));
            state.computeIfPresent("cls_token", (name, cls) -> cls.add(positions.narrow(1, 0, 1)));
            state.put("pos_embed", positions.narrow(1, 1, positions.size(1) - 1).contiguous());
            SafeTensors.write(file, state, notes);
        }
    }

    private static String config(VitConfig vit, ModelCard card) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("img_size", vit.imageSize());
        arguments.put("patch_size", vit.patch());
        arguments.put("embed_dim", vit.width());
        arguments.put("depth", vit.depth());
        arguments.put("num_heads", vit.heads());
        if (vit.layerScale() > 0) {
            arguments.put("init_values", vit.layerScale());
        }
        if (vit.registers() > 0) {
            arguments.put("reg_tokens", vit.registers());
            arguments.put("no_embed_class", true);
        }
        Map<String, Object> pretrained = new LinkedHashMap<>();
        pretrained.put("custom_load", false);
        pretrained.put("input_size", List.of(3, vit.imageSize(), vit.imageSize()));
        pretrained.put("fixed_input_size", true);
        pretrained.put("interpolation", "bicubic");
        pretrained.put("crop_pct", 1.0);
        pretrained.put("crop_mode", "center");
        pretrained.put("mean", card.spec().normalization().mean());
        pretrained.put("std", card.spec().normalization().std());
        pretrained.put("num_classes", 0);
        pretrained.put("first_conv", "patch_embed.proj");
        pretrained.put("classifier", "head");
        pretrained.put("license", card.license());
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("architecture", "vit_small_patch16_224"); // whose sizes the arguments replace
        config.put("num_classes", 0);
        config.put("num_features", vit.width());
        // timm's own mean would leave out the norm; without a pool all normalised tokens come, as Virchow's users
        // expect.
        config.put("global_pool", card.spec().pooling() == Pooling.CLS ? "token" : "");
        config.put("model_args", arguments);
        config.put("pretrained_cfg", pretrained);
        return ConfigTree.of(config).toPrettyString() + "\n";
    }
}
