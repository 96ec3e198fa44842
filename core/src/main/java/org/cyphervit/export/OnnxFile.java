package org.cyphervit.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.BackboneConfig;
import org.cyphervit.backbone.EncoderSpec;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.file.ProtobufMessage;
import org.cyphervit.torch.Scope;

/**
 * A backbone as ONNX. Input {@code images}: normalised float32 (B,3,S,S), any B. Outputs: {@code pooled}, the feature by the
 * encoder's pooling, {@code tokens} (B,K,D), {@code patches} (B,N,D), and for CypherViT the assignment of each stage {@code assignment_0} (B,N,K_0),
 * ... and their roll-out {@code phenotypes} (B,N,K).
 */
public final class OnnxFile {
    /** Protocol Buffers cannot hold more. */
    private static final long MAX_BYTES = Integer.MAX_VALUE - (64L << 20); // the rest is for nodes and names

    private OnnxFile() {}

    /**
     * Writes the file.
     *
     * @param size side of the images it will take, pixels; a multiple of the patch
     * @param card kept inside the file as the property {@code model-card}, beside what {@link EncoderSpec} says
     * @throws UserError if the model is larger than the format allows
     */
    public static void write(Path file, Backbone backbone, int size, String card) throws IOException {
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            refuseAbove(
                    backbone.state().values().stream().mapToLong(Tensor::nbytes).sum());
            OnnxWriter writer = new OnnxWriter();
            BackboneConfig config = backbone.config();
            EncoderSpec spec = backbone.spec();
            Map<String, String> results = backbone.write(writer, size, OnnxWriter.INPUT);
            Map<String, long[]> shapes = new LinkedHashMap<>(config.outputs(size, spec.pooling()));
            shapes.put(OnnxWriter.INPUT, new long[] {3, size, size});
            Map<String, String> properties = new LinkedHashMap<>(spec.notes(config));
            properties.put("model-card", card);
            ProtobufMessage model = writer.model(results, shapes, properties);
            AtomicFiles.write(file, model.size(), model::writeTo);
        }
    }

    /** @param bytes of the weights; what describes the graph takes some more */
    static void refuseAbove(long bytes) {
        if (bytes > MAX_BYTES) {
            throw new UserError("The encoder needs " + bytes + " bytes, more than ONNX's 2 GiB; export it as"
                    + " safetensors or torchscript.");
        }
    }
}
