package org.cyphervit.backbone.vit;

import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.Fixture;
import org.cyphervit.TestDevice;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.torch.Scope;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("reference")
class VisionTransformerReferenceTest {
    @Test
    void equalsTheOfficialNetwork() throws Exception {
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Fixture fixture = Fixture.read("vit_dino");
            VisionTransformer vit = network(fixture);
            for (String size : List.of("global", "local", "rect")) {
                fixture.check(
                        "cls_" + size,
                        vit.forward(fixture.input(size), ForwardMode.evaluation())
                                .pooled(),
                        1e-5);
            }
            Tensor global = fixture.input("global");
            fixture.check("last_attention_global", vit.lastAttention(global), 1e-5);
            List<Tensor> layers = vit.lastLayers(global, 2);
            fixture.check("last2_layers.0", layers.get(0), 1e-5);
            fixture.check("last2_layers.1", layers.get(1), 1e-5);
        }
    }

    private static VisionTransformer network(Fixture fixture) {
        Tensor patches = fixture.contents().tensor("weights.patch_embed.proj.weight");
        long depth = fixture.weights().keySet().stream()
                .filter(name -> name.endsWith("attn.qkv.weight"))
                .count();
        VitConfig config = VitConfig.of(
                (int) patches.size(0),
                (int) depth,
                fixture.integer("heads"),
                fixture.integer("patch"),
                fixture.integer("img_size"));
        VisionTransformer vit = config.build(0, TestDevice.get());
        vit.load(fixture.weights());
        return vit;
    }
}
