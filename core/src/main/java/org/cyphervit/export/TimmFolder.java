package org.cyphervit.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.NoGradGuard;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.BackboneConfig;
import org.cyphervit.backbone.Pooling;
import org.cyphervit.backbone.TimmModel;
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
        Optional<TimmModel> timm = backbone.timm();
        if (timm.isEmpty()) {
            EncoderFile.write(folder.resolve(WEIGHTS), backbone, all);
            return;
        }
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            TimmModel model = timm.get();
            if (model.state().equals(backbone.state())) {
                EncoderFile.write(folder.resolve(WEIGHTS), backbone, all);
            } else {
                all.remove("config"); // these tensors are not quite those that it describes
                SafeTensors.write(folder.resolve(WEIGHTS), model.state(), all);
            }
            AtomicFiles.write(folder.resolve(CONFIG), config(model, backbone.config(), card));
        }
    }

    private static String config(TimmModel model, BackboneConfig backbone, ModelCard card) {
        Map<String, Object> pretrained = new LinkedHashMap<>();
        pretrained.put("custom_load", false);
        pretrained.put("input_size", List.of(3, backbone.imageSize(), backbone.imageSize()));
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
        config.put("architecture", model.architecture());
        config.put("num_classes", 0);
        config.put("num_features", backbone.width());
        // timm's own mean would leave out the norm; without a pool all normalised tokens come, as Virchow's users
        // expect.
        config.put("global_pool", card.spec().pooling() == Pooling.CLS ? "token" : "");
        config.put("model_args", model.arguments());
        config.put("pretrained_cfg", pretrained);
        return ConfigTree.of(config).toPrettyString() + "\n";
    }
}
