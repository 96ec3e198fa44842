package org.cyphervit.export;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.BackboneConfig;
import org.cyphervit.backbone.EncoderSpec;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.interpret.PhenotypeNames;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a user of an exported encoder must know: what it is, how to prepare images for it, what it returns, where it comes
 * from and under which licence it may be used.
 *
 * @param name of the model
 * @param config of the backbone
 * @param parameters number of weights
 * @param size side of the images it takes, pixels
 * @param spec how images are prepared and features taken; its scale is that of images of {@code size}
 * @param phenotypes names of CypherViT's final tokens, in order; empty for a ViT
 * @param notes of the encoder's file, such as the recipe and the data's fingerprint
 */
public record ModelCard(
        String name,
        BackboneConfig config,
        long parameters,
        int size,
        EncoderSpec spec,
        List<String> phenotypes,
        Map<String, String> notes) {
    private static final List<String> KEPT_NOTES = List.of("recipe", "data");

    public ModelCard {
        phenotypes = List.copyOf(phenotypes);
        notes = Map.copyOf(notes);
        int tokens = config.maps().phenotypes();
        if (phenotypes.size() != tokens) {
            throw new UserError("This encoder has " + tokens + " phenotype tokens; got " + phenotypes.size()
                    + " names: " + phenotypes + ".");
        }
    }

    /** The licence, or 'not stated'. */
    String license() {
        return Objects.requireNonNullElse(spec.license(), "not stated");
    }

    /**
     * The card of a backbone.
     *
     * @param spec the backbone's own, or with what the caller knows better
     * @param phenotypes names of the final tokens; empty for those of the notes, else "token 1", ...
     */
    public static ModelCard of(
            String name,
            Backbone backbone,
            int size,
            EncoderSpec spec,
            List<String> phenotypes,
            Map<String, String> notes) {
        List<String> names = phenotypes.isEmpty() && backbone.config().maps().phenotypes() > 0
                ? PhenotypeNames.of(backbone.config(), notes).names()
                : phenotypes;
        return new ModelCard(name, backbone.config(), backbone.size(), size, spec, names, notes);
    }

    /** The card as JSON, several lines. */
    public String json() {
        Map<String, Object> preprocessing = new LinkedHashMap<>();
        preprocessing.put("channels", "RGB, divided by 255, minus mean, divided by std");
        preprocessing.put("resize", "shorter side to size, centre crop");
        preprocessing.put("size", size);
        Double mpp = spec.micronsPerPixel();
        preprocessing.put("microns_per_pixel", mpp);
        preprocessing.put("microns_per_tile", mpp == null ? null : mpp * size);
        preprocessing.put("mean", spec.normalization().mean());
        preprocessing.put("std", spec.normalization().std());
        Map<String, Object> outputs = new LinkedHashMap<>();
        config.outputs(size, spec.pooling()).forEach((output, shape) -> outputs.put(output, withBatch(shape)));
        Map<String, Object> card = new LinkedHashMap<>();
        card.put("format", "cyphervit-model-card");
        card.put("version", 1);
        card.put("name", name);
        card.put("license", license());
        card.put("training_data", Objects.requireNonNullElse(spec.trainingData(), "not stated"));
        card.put(
                "feature", new Feature(spec.pooling().toString(), spec.pooling().width(config)));
        card.put("paper", "CypherViT, Scientific Reports 2024");
        card.put("parameters", parameters);
        card.put("backbone", ConfigTree.of(config));
        card.put("preprocessing", preprocessing);
        card.put("outputs", outputs);
        card.put(PhenotypeNames.NOTE, phenotypes);
        KEPT_NOTES.forEach(key -> card.put(key, notes.get(key)));
        return ConfigTree.of(card).toPrettyString() + "\n";
    }

    private record Feature(String pooling, int width) {}

    private static List<Object> withBatch(long[] shape) {
        return java.util.stream.Stream.concat(
                        java.util.stream.Stream.<Object>of("batch"),
                        Arrays.stream(shape).<Object>mapToObj(n -> n))
                .toList();
    }

    /** {@code config.json} of WSInfer's model format 1.0, which QuPath's extension reads too. */
    String wsinfer() {
        Double mpp = spec.micronsPerPixel();
        if (mpp == null) {
            throw new UserError("WSInfer and QuPath must know how large a pixel of the images is, and this"
                    + " encoder does not say it; give the microns per pixel of the images it was trained on.");
        }
        ObjectNode config = ConfigTree.of(new LinkedHashMap<>());
        config.put("spec_version", "1.0");
        config.put("architecture", "cyphervit");
        config.put("num_classes", phenotypes.size());
        config.set("class_names", ConfigTree.of(Map.of("names", phenotypes)).get("names"));
        config.put("patch_size_pixels", size);
        config.put("spacing_um_px", mpp);
        config.set(
                "transform",
                ConfigTree.of(Map.of(
                                "steps",
                                List.of(
                                        step("Resize", Map.of("size", size)),
                                        Map.of("name", "ToTensor"),
                                        step("Normalize", spec.normalization()))))
                        .get("steps"));
        return config.toPrettyString() + "\n";
    }

    private static Map<String, Object> step(String name, Object arguments) {
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("name", name);
        step.put("arguments", arguments);
        return step;
    }
}
