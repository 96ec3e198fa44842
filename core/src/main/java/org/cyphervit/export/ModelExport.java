package org.cyphervit.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.file.AtomicFiles;

/** An encoder and its model card in a folder, in the layout of one of the tools that open it. */
public final class ModelExport {
    /** The card's file beside every model. */
    public static final String CARD = "model-card.json";

    /** What to write. */
    public enum Format {
        /** {@code model.safetensors}; for a ViT with timm's names and {@code config.json}. */
        SAFETENSORS,
        /** {@code model.onnx}. */
        ONNX,
        /** {@code model.pt}: LibTorch, {@code torch.jit.load}, DJL. */
        TORCHSCRIPT,
        /** {@code torchscript_model.pt} and {@code config.json}: WSInfer and QuPath show each tile's phenotype shares. */
        WSINFER
    }

    private ModelExport() {}

    /**
     * Writes the files.
     *
     * @param backbone on the CPU
     * @param notes of the encoder's file, kept where the format has room
     * @return the files, the model first
     * @throws UserError if the encoder does not fit the format
     */
    public static List<Path> write(
            Path folder, Format format, Backbone backbone, ModelCard card, Map<String, String> notes)
            throws IOException {
        String json = card.json();
        Path written = folder.resolve(CARD);
        List<Path> files = switch (format) {
            case SAFETENSORS -> {
                if (card.size() != backbone.config().imageSize()) {
                    throw new UserError("safetensors hold the weights as they are, for images of "
                            + backbone.config().imageSize() + " pixels; got size " + card.size()
                            + ". Leave the size out: the program that loads them resizes the positions.");
                }
                TimmFolder.write(folder, backbone, card, notes);
                yield List.of(folder.resolve(TimmFolder.WEIGHTS), written);
            }
            case ONNX -> {
                Path file = folder.resolve("model.onnx");
                OnnxFile.write(file, backbone, card.size(), json);
                yield List.of(file, written);
            }
            case TORCHSCRIPT -> {
                Path file = folder.resolve("model.pt");
                TorchScriptFile.write(file, backbone, card.size(), TorchScriptFile.Result.POOLED, json);
                yield List.of(file, written);
            }
            case WSINFER -> {
                Path file = folder.resolve("torchscript_model.pt");
                TorchScriptFile.Result shares = TorchScriptFile.Result.PHENOTYPE_SHARES;
                String config = card.wsinfer();
                TorchScriptFile.write(file, backbone, card.size(), shares, json);
                AtomicFiles.write(folder.resolve(TimmFolder.CONFIG), config);
                yield List.of(file, folder.resolve(TimmFolder.CONFIG), written);
            }
        };
        AtomicFiles.write(written, json);
        return files;
    }
}
