package org.cyphervit.encoders;

import java.util.List;
import java.util.Objects;
import org.cyphervit.UserError;
import org.cyphervit.augment.Normalization;
import org.cyphervit.backbone.EncoderSpec;
import org.cyphervit.backbone.Pooling;
import org.jspecify.annotations.Nullable;

/**
 * A released encoder as the registry knows it. What is null no source tells.
 *
 * @param name by which commands know it, such as uni2-h
 * @param title as its makers write it
 * @param maker who released it
 * @param architecture the network
 * @param assumed keys of the architecture that follow from its name and were not said of this encoder
 * @param images how it expects them
 * @param pooling its feature
 * @param featureWidth numbers in a feature
 * @param licence SPDX expression or words, as last read; the hub may say otherwise by now
 * @param access such as open or gated, as last read
 * @param trainingData in words
 * @param repository on the hub
 * @param files of the repository that hold the weights
 * @param note what else a user should know
 */
public record RegisteredEncoder(
        String name,
        String title,
        @Nullable String maker,
        Architecture architecture,
        List<String> assumed,
        Images images,
        String pooling,
        @Nullable Integer featureWidth,
        @Nullable String licence,
        @Nullable String access,
        @Nullable String trainingData,
        @Nullable String repository,
        List<String> files,
        @Nullable String note) {

    /**
     * How images are prepared.
     *
     * @param size of the images, pixels; null for any
     * @param micronsPerPixel nominal, of images of that size
     * @param mean of red, green and blue
     * @param std standard deviations
     * @param tile in words: what is cut from the slide
     */
    public record Images(
            @Nullable Integer size,
            @Nullable Double micronsPerPixel,
            @Nullable String mean,
            @Nullable String std,
            @Nullable String tile) {}

    public RegisteredEncoder {
        assumed = List.copyOf(Objects.requireNonNullElse(assumed, List.of()));
        files = List.copyOf(Objects.requireNonNullElse(files, List.of()));
        if (!name.matches("[a-z0-9][a-z0-9.-]*")) {
            throw new UserError(
                    "An encoder's name is made of lower case letters, digits, '-' and '.'; got '" + name + "'.");
        }
        Pooling.parse(pooling);
        if (images.mean != null && images.std != null) {
            Normalization.of(images.mean, images.std);
        }
    }

    /**
     * What goes into the header of the imported file.
     *
     * @param given the user's own normalisation; null for the registry's
     * @throws UserError if neither tells the normalisation
     */
    public EncoderSpec spec(@Nullable Normalization given) {
        if (given == null && (images.mean == null || images.std == null)) {
            throw new UserError("The registry does not know how " + title + " normalises images"
                    + (note == null ? "" : " (" + note + ")")
                    + ", and wrong numbers make wrong features without a sign. Give the mean and standard deviation that its"
                    + " model card names.");
        }
        Normalization normalization = given != null
                ? given
                : Normalization.of(Objects.requireNonNull(images.mean), Objects.requireNonNull(images.std));
        return new EncoderSpec(
                normalization,
                Pooling.parse(pooling),
                images.size == null ? 0 : images.size,
                images.micronsPerPixel,
                name,
                licence,
                trainingData);
    }

    /** Where a person reads the model's card and accepts its terms; null if that is unknown. */
    public @Nullable String page() {
        return repository == null ? null : "https://huggingface.co/" + repository;
    }
}
