package org.cyphervit.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.BackboneConfig;
import org.cyphervit.backbone.EncoderSpec;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.LoraOptions;
import org.cyphervit.torch.Scope;

/**
 * A backbone alone in a safetensors file: its weights under their own names, and in the header what it is ({@code
 * config}), how to use it ({@link EncoderSpec}), and where it comes from.
 */
public final class EncoderFile {
    /** The name of the encoder in a run's folder. */
    public static final String NAME = "encoder.safetensors";

    /** The name of the student in the folder of a run that was short for its teacher, which the encoder is. */
    public static final String STUDENT = "student.safetensors";

    /** The note that says how many images the encoder was trained on, the same ones counted again. */
    public static final String IMAGES_SEEN = "images_seen";

    /** The header's entry that says what names of the encoder's weights start with: something in a run's checkpoint. */
    public static final String PREFIX = "encoder";

    /** A checkpoint's entry with the options of an encoder's changes of low rank, which an encoder's own file has merged. */
    public static final String LORA = "lora";

    private static final String CONFIG = "config";

    private EncoderFile() {}

    /**
     * Writes a backbone.
     *
     * @param notes such as the recipe and the data's fingerprint
     */
    public static void write(Path file, Backbone backbone, Map<String, String> notes) throws IOException {
        write(file, backbone, notes, ScalarType.Float);
    }

    /** The same with weights in another precision: half takes half the bytes and is read back as float32. */
    public static void write(Path file, Backbone backbone, Map<String, String> notes, ScalarType precision)
            throws IOException {
        Map<String, String> all = new LinkedHashMap<>(notes);
        all.put("format", "cyphervit-encoder");
        all.put(CONFIG, ConfigTree.of(backbone.config()).toString());
        all.put(PREFIX, "");
        all.remove(LORA);
        all.putAll(backbone.spec().notes(backbone.config()));
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> weights = new LinkedHashMap<>();
            backbone.mergedState()
                    .forEach((name, tensor) -> weights.put(
                            name, tensor.is_floating_point() ? tensor.detach().to(precision) : tensor));
            SafeTensors.write(file, weights, all);
        }
    }

    /**
     * Reads a backbone from its file, a checkpoint of a run, or a run's folder (its encoder, else its newest checkpoint).
     *
     * @throws UserError if there is none, saying what was found
     */
    public static Backbone read(Path place, Device device) throws IOException {
        Path file = locate(place);
        Map<String, String> header = SafeTensors.metadata(file);
        EncoderSpec spec = spec(file, header);
        BackboneConfig config = config(file, header);
        try (Scope scope = Scope.open()) {
            requireWeights(file, config);
            Backbone backbone = config.build(0, device);
            try {
                if (header.containsKey(LORA)) {
                    backbone.adapt(lora(file, header), new Init(0, device));
                }
                SafeTensors.readInto(file, header.getOrDefault(PREFIX, ""), backbone.state());
                backbone.merge();
            } catch (UserError | IOException e) {
                backbone.close();
                throw e;
            }
            backbone.trainable(false);
            return backbone.describe(spec);
        }
    }

    private static LoraOptions lora(Path file, Map<String, String> header) {
        try {
            return ConfigTree.to(ConfigTree.parse(header.getOrDefault(LORA, "")), LoraOptions.class, LORA);
        } catch (UserError e) {
            throw new UserError("'" + file + "' does not say how its encoder was adapted: " + e.getMessage(), e);
        }
    }

    private static BackboneConfig config(Path file, Map<String, String> header) {
        String config = header.get(CONFIG);
        if (config == null) {
            throw new UserError("'" + file + "' does not say which backbone it holds (no 'config' in its header)."
                    + " Name a run's folder or an encoder.safetensors.");
        }
        return config(file, config);
    }

    /** What {@link #read} would say of how to use the encoder, without reading its weights. */
    public static EncoderSpec spec(Path place) throws IOException {
        Path file = locate(place);
        return spec(file, SafeTensors.metadata(file));
    }

    /** Side of the images that the encoder takes, pixels. */
    public static int imageSize(Path place) throws IOException {
        Path file = locate(place);
        Map<String, String> header = SafeTensors.metadata(file);
        return spec(file, header).imageSize(config(file, header));
    }

    private static EncoderSpec spec(Path file, Map<String, String> header) {
        try {
            return EncoderSpec.parse(header);
        } catch (UserError e) {
            throw new UserError("'" + file + "' does not say how to use its encoder: " + e.getMessage(), e);
        }
    }

    private static BackboneConfig config(Path file, String json) {
        try {
            return ConfigTree.backbone(ConfigTree.parse(json), "config");
        } catch (UserError e) {
            throw new UserError("'" + file + "' does not say which backbone it holds: " + e.getMessage(), e);
        }
    }

    // Before the network is built: a few words in a header ask for any amount of memory. A weight takes a byte or more.
    private static void requireWeights(Path file, BackboneConfig config) throws IOException {
        if (config.weights() > Files.size(file)) {
            throw new UserError("'" + file
                    + "' has %d bytes; the backbone that it says it holds (%s) has %.0f weights."
                            .formatted(Files.size(file), config, config.weights())
                    + " It was cut or altered: copy it again.");
        }
    }

    /** The header's notes of what {@link #read} would read. */
    public static Map<String, String> notes(Path place) throws IOException {
        return SafeTensors.metadata(locate(place));
    }

    /**
     * Adds notes to an encoder's file, in the place of those of the same names; its weights stay as they are.
     *
     * @param place a run's folder or an encoder's file
     * @return the file
     * @throws UserError if there is no encoder yet
     */
    public static Path annotate(Path place, Map<String, String> notes) throws IOException {
        Path file = Files.isDirectory(place) ? place.resolve(NAME) : place;
        if (!Files.isRegularFile(file)) {
            throw new UserError("There is no encoder at '" + file + "'. A run writes its encoder when it ends.");
        }
        try (Scope scope = Scope.open()) {
            SafeTensors.Contents contents = SafeTensors.read(file);
            Map<String, String> all = new LinkedHashMap<>(contents.metadata());
            all.putAll(notes);
            SafeTensors.write(file, contents.tensors(), all);
        }
        return file;
    }

    /**
     * The student beside a run's encoder, where the run was too short for the teacher that the encoder is.
     *
     * @param place a run's folder, or its encoder
     */
    public static Optional<Path> student(Path place) {
        Path student = Files.isDirectory(place) ? place.resolve(STUDENT) : place.resolveSibling(STUDENT);
        boolean encoder = Files.isDirectory(place) || place.endsWith(NAME);
        return encoder && Files.isRegularFile(student) ? Optional.of(student) : Optional.empty();
    }

    /**
     * Changes how an encoder says it is to be used; its weights stay as they are.
     *
     * @param place a run's folder or an encoder's file
     * @return the file
     */
    public static Path describe(Path place, UnaryOperator<EncoderSpec> change) throws IOException {
        Path file = locate(place);
        Map<String, String> header = SafeTensors.metadata(file);
        BackboneConfig config = config(file, header);
        return annotate(file, change.apply(spec(file, header)).notes(config));
    }

    /**
     * The file that {@link #read} would read.
     *
     * @throws UserError if there is none
     */
    public static Path locate(Path place) throws IOException {
        if (Files.isRegularFile(place)) {
            return place;
        }
        Path encoder = place.resolve(NAME);
        if (Files.isRegularFile(encoder)) {
            return encoder;
        }
        if (EncoderBox.names().contains(place.toString())) {
            return EncoderBox.file(place.toString());
        }
        Optional<Path> stored = EncoderStore.find(place);
        if (stored.isPresent()) {
            return stored.get();
        }
        Optional<CheckpointStore.Saved> saved = new CheckpointStore(place.resolve("checkpoints"), 1).latest();
        return saved.orElseThrow(() -> new UserError("There is no encoder at '" + place + "'. Name a run's folder, an"
                        + " encoder.safetensors, a checkpoint, or an encoder of the registry that was imported."))
                .file();
    }
}
