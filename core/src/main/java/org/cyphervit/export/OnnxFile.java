package org.cyphervit.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
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
        Map<String, String> properties = new LinkedHashMap<>(backbone.spec().notes(backbone.config()));
        properties.put("model-card", card);
        write(file, new EncoderProgram(backbone, size), properties);
    }

    /**
     * Writes any network.
     *
     * @param properties free text kept in the file
     * @throws UserError if the model is larger than the format allows
     */
    public static void write(Path file, NetworkProgram program, Map<String, String> properties) throws IOException {
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            refuseAbove(program.bytes());
            OnnxWriter writer = new OnnxWriter();
            Map<String, String> results = program.write(writer, program.input());
            ProtobufMessage model = writer.model(
                    program.name(), program.input(), results, program.shapes(), program.free(), properties);
            AtomicFiles.write(file, model.size(), model::writeTo);
        }
    }

    /** @param bytes of the weights; what describes the graph takes some more */
    static void refuseAbove(long bytes) {
        if (bytes > MAX_BYTES) {
            throw new UserError("The network needs " + bytes + " bytes, more than ONNX's 2 GiB; export it as"
                    + " safetensors or torchscript.");
        }
    }
}
