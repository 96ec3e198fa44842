package org.cyphervit.backbone;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.cyphervit.UserError;
import org.cyphervit.augment.Normalization;
import org.jspecify.annotations.Nullable;

/**
 * What must be known of an encoder besides its weights for its features to be right. It travels with the encoder, in the
 * header of its file and in every export.
 *
 * @param normalization of the images
 * @param pooling which of its tokens are the feature
 * @param imageSize side of the images, pixels; 0 for that of its position embeddings
 * @param micronsPerPixel of images of that size, as it saw them in training; null when unknown
 * @param name such as uni2-h; null when it has none
 * @param license SPDX expression or words; null when not stated
 * @param trainingData in words; null when not stated
 */
public record EncoderSpec(
        Normalization normalization,
        Pooling pooling,
        int imageSize,
        @Nullable Double micronsPerPixel,
        @Nullable String name,
        @Nullable String license,
        @Nullable String trainingData) {
    /** ImageNet's normalisation and the [cls] token, at the size of the position embeddings; nothing else is known. */
    public static final EncoderSpec STANDARD =
            new EncoderSpec(Normalization.IMAGENET, Pooling.CLS, 0, null, null, null, null);

    private static final String MEAN = "mean";
    private static final String STD = "std";
    /** The header's entry that names the pooling. */
    public static final String POOLING = "pooling";

    private static final String IMAGE_SIZE = "image_size";
    private static final String PATCH = "patch";
    private static final String MPP = "microns_per_pixel";
    private static final String TILE_MICRONS = "microns_per_tile";
    private static final String NAME = "name";
    private static final String LICENSE = "license";
    private static final String TRAINING_DATA = "training_data";
    private static final String UNKNOWN = "unknown";
    private static final List<String> KEYS =
            List.of(MEAN, STD, POOLING, IMAGE_SIZE, PATCH, MPP, TILE_MICRONS, NAME, LICENSE, TRAINING_DATA);

    public EncoderSpec {
        if (imageSize < 0) {
            throw new UserError("An encoder's images need a side of at least a patch; got " + imageSize + " pixels.");
        }
        if (micronsPerPixel != null && !(micronsPerPixel > 0 && micronsPerPixel < 1000)) {
            throw new UserError("Microns per pixel must be above 0 and below 1000; got " + micronsPerPixel + ".");
        }
    }

    /** Side of the tissue in an image, microns; empty when unknown. */
    public OptionalDouble tileMicrons(BackboneConfig config) {
        return micronsPerPixel == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(micronsPerPixel * imageSize(config));
    }

    /** Side of the images, pixels. */
    public int imageSize(BackboneConfig config) {
        return imageSize > 0 ? imageSize : config.imageSize();
    }

    /** The same with another normalisation. */
    public EncoderSpec withNormalization(Normalization other) {
        return new EncoderSpec(other, pooling, imageSize, micronsPerPixel, name, license, trainingData);
    }

    /** The same with another feature. */
    public EncoderSpec withPooling(Pooling other) {
        return new EncoderSpec(normalization, other, imageSize, micronsPerPixel, name, license, trainingData);
    }

    /** The same with another scale; null for unknown. */
    public EncoderSpec withMicronsPerPixel(@Nullable Double other) {
        return new EncoderSpec(normalization, pooling, imageSize, other, name, license, trainingData);
    }

    /** The same with another licence and training data; null keeps what is there. */
    public EncoderSpec withOrigin(@Nullable String otherLicense, @Nullable String otherData) {
        return new EncoderSpec(
                normalization,
                pooling,
                imageSize,
                micronsPerPixel,
                name,
                otherLicense != null ? otherLicense : license,
                otherData != null ? otherData : trainingData);
    }

    /** As entries of a file's header, which {@link #parse} reads; what is not known is left out or 'unknown'. */
    public Map<String, String> notes(BackboneConfig config) {
        Map<String, String> notes = new LinkedHashMap<>();
        notes.put(MEAN, normalization.meanText());
        notes.put(STD, normalization.stdText());
        notes.put(POOLING, pooling.toString());
        notes.put(IMAGE_SIZE, Integer.toString(imageSize(config)));
        notes.put(PATCH, Integer.toString(config.patch()));
        notes.put(MPP, micronsPerPixel == null ? UNKNOWN : micronsPerPixel.toString());
        OptionalDouble microns = tileMicrons(config);
        notes.put(TILE_MICRONS, microns.isPresent() ? Double.toString(microns.getAsDouble()) : UNKNOWN);
        Optional.ofNullable(name).ifPresent(value -> notes.put(NAME, value));
        Optional.ofNullable(license).ifPresent(value -> notes.put(LICENSE, value));
        Optional.ofNullable(trainingData).ifPresent(value -> notes.put(TRAINING_DATA, value));
        return notes;
    }

    /** Those entries of a header that say how to use an encoder. */
    public static Map<String, String> among(Map<String, String> header) {
        Map<String, String> found = new LinkedHashMap<>();
        KEYS.stream()
                .filter(header::containsKey)
                .forEach(key -> found.put(key, Objects.requireNonNull(header.get(key))));
        return found;
    }

    /**
     * Reads the entries of a header. Files of earlier versions lack some: they mean what {@link #STANDARD} says.
     *
     * @throws UserError if an entry is there and makes no sense
     */
    public static EncoderSpec parse(Map<String, String> notes) {
        String mean = notes.get(MEAN);
        String std = notes.get(STD);
        if ((mean == null) != (std == null)) {
            throw new UserError("the header has '" + (mean == null ? STD : MEAN) + "' but no '"
                    + (mean == null ? MEAN : STD) + "', so how images are normalised is unknown.");
        }
        String pooling = notes.get(POOLING);
        double size = number(notes, IMAGE_SIZE, 0);
        double mpp = number(notes, MPP, Double.NaN);
        return new EncoderSpec(
                mean == null || std == null ? Normalization.IMAGENET : Normalization.of(mean, std),
                pooling == null ? Pooling.CLS : Pooling.parse(pooling),
                (int) size,
                Double.isNaN(mpp) ? null : mpp,
                notes.get(NAME),
                notes.get(LICENSE),
                notes.get(TRAINING_DATA));
    }

    private static double number(Map<String, String> notes, String key, double otherwise) {
        String text = notes.get(key);
        if (text == null || text.equals(UNKNOWN)) {
            return otherwise;
        }
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new UserError("the header's '" + key + "' is no number: '" + text + "'.", e);
        }
    }
}
