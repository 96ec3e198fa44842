package org.cyphervit.ssl.method.mae;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.Fixture;
import org.cyphervit.TestDevice;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.torch.Scope;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("reference")
class MaeReferenceTest {
    @Test
    void wholeModelAndItsGradients() throws IOException {
        try (Scope scope = Scope.open()) {
            Fixture f = Fixture.read("mae");
            Device device = TestDevice.get();
            VitConfig config = VitConfig.of(
                    f.integer("dim"), f.integer("depth"), f.integer("heads"), f.integer("patch"), f.integer("img"));
            MaeOptions options = new MaeOptions(
                    f.number("mask_ratio"),
                    f.integer("decoder_dim"),
                    f.integer("decoder_depth"),
                    f.integer("decoder_heads"),
                    Boolean.parseBoolean(f.meta("norm_pix_loss").toLowerCase(java.util.Locale.ROOT)));
            Mae mae = new Mae(config.build(0, device), options, new Init(0, device));
            // The official fixed embeddings are ours.
            Map<String, Tensor> before = mae.state().state();
            checkSame(f, "pos_embed", before.get("encoder.pos_embed"));
            checkSame(f, "decoder_pos_embed", before.get("decoder.pos_embed"));
            mae.state().load(named(f.weights()));

            Mae.Reconstruction reconstruction =
                    mae.reconstruct(f.input("images"), f.input("noise"), ForwardMode.evaluation());
            reconstruction.loss().backward();

            f.check("loss", reconstruction.loss(), 1e-5);
            f.check("pred", reconstruction.predicted(), 1e-5);
            f.check("mask", reconstruction.masked(), 1e-5);
            Map<String, Tensor> state = mae.state().state();
            f.check("grad_mask_token", gradient(state, "decoder.mask_token"), 1e-5);
            f.check("grad_patch_embed", gradient(state, "encoder.patch_embed.proj.weight"), 1e-5);
        }
    }

    private static void checkSame(Fixture f, String name, @org.jspecify.annotations.Nullable Tensor ours) {
        Tensor theirs = Objects.requireNonNull(f.weights().get(name));
        org.assertj.core.api.Assertions.assertThat(Fixture.relativeError(Objects.requireNonNull(ours), theirs))
                .as(name)
                .isLessThan(1e-5);
    }

    private static Tensor gradient(Map<String, Tensor> state, String name) {
        return Objects.requireNonNull(state.get(name)).grad();
    }

    // decoder_blocks.0... is decoder.blocks.0... here, and mask_token the decoder's.
    private static Map<String, Tensor> named(Map<String, Tensor> official) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        official.forEach((name, tensor) -> named.put(
                name.startsWith("decoder_")
                        ? "decoder." + name.substring("decoder_".length())
                        : name.equals("mask_token") ? "decoder.mask_token" : "encoder." + name,
                tensor));
        return named;
    }
}
