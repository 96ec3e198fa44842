package org.cyphervit.encoders;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cyphervit.UserError;
import org.cyphervit.augment.Normalization;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.BackboneConfig;
import org.cyphervit.backbone.EncoderSpec;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.checkpoint.weights.WeightImport;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Released weights made an encoder's file of this program. The file appears only when every weight found its place.
 *
 * @param file that was written
 * @param config of the backbone
 * @param spec how it is used
 * @param tensors number of weights that were taken
 * @param besides names in the weights' file that are no part of a backbone
 */
public record ImportedEncoder(Path file, BackboneConfig config, EncoderSpec spec, int tensors, List<String> besides) {
    public ImportedEncoder {
        besides = List.copyOf(besides);
    }

    /**
     * Imports an encoder of the registry.
     *
     * @param weights {@code .safetensors}, {@code .pth} or {@code .bin} of torch.save, an index of shards, or a folder with
     *     one of these
     * @param out the file to write, {@code .safetensors}
     * @param normalization the user's own; null for the registry's
     * @throws UserError if the normalisation is unknown, or the weights are those of something else, saying in what
     */
    public static ImportedEncoder of(
            RegisteredEncoder encoder, Path weights, Path out, @Nullable Normalization normalization)
            throws IOException {
        EncoderSpec spec = encoder.spec(normalization); // before gigabytes are read
        Integer heads = encoder.architecture().heads();
        try (Scope scope = Scope.open()) {
            WeightImport read = WeightImport.open(weights);
            VitConfig config = encoder.architecture().completed(read.config(heads == null ? 0 : heads));
            List<String> differences = encoder.architecture().differences(config);
            if (!differences.isEmpty()) {
                throw new UserError(
                        "The weights of '" + weights + "' are not those of " + encoder.title() + ": they have "
                                + String.join("; ", differences)
                                + ". Check the file, or choose the entry of the registry that it"
                                + " belongs to.");
            }
            return write(read, config, spec, weights, out);
        }
    }

    /**
     * Imports weights that the registry does not know. What their file says of its use is taken; else ImageNet's
     * normalisation and the [cls] token.
     *
     * @param heads attention heads; 0 for one per 64 of the width
     */
    public static ImportedEncoder of(Path weights, int heads, Path out, @Nullable Normalization normalization)
            throws IOException {
        try (Scope scope = Scope.open()) {
            WeightImport read = WeightImport.open(weights);
            EncoderSpec own = read.spec();
            EncoderSpec spec = normalization == null ? own : own.withNormalization(normalization);
            return write(read, read.config(heads), spec, weights, out);
        }
    }

    private static ImportedEncoder write(WeightImport weights, VitConfig config, EncoderSpec spec, Path from, Path out)
            throws IOException {
        try (Backbone backbone = config.build(0, Scope.keep(Engine.device("cpu")))) {
            WeightImport.Report report = weights.into(backbone);
            Map<String, String> notes = new LinkedHashMap<>();
            notes.put("imported", String.valueOf(from.getFileName()));
            EncoderFile.write(out, backbone.describe(spec), notes);
            return new ImportedEncoder(out, config, spec, report.loaded(), report.besides());
        }
    }
}
