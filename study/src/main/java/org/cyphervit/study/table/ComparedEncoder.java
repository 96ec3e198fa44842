package org.cyphervit.study.table;

import java.util.List;

/**
 * A row of a table: an encoder that is compared.
 *
 * @param id the row's name in the paper's figures, such as {@code dino-cyphervit}
 * @param title for people
 * @param kind where its features come from
 * @param method of pre-training, where there is any
 * @param backbone {@code vit} or {@code cyphervit}
 * @param settings of the recipe beyond the budget's, such as {@code views.locals=2}
 */
public record ComparedEncoder(
        String id, String title, Kind kind, String method, String backbone, List<String> settings) {
    public ComparedEncoder {
        settings = List.copyOf(settings);
    }

    /** Where features come from. */
    public enum Kind {
        /** A run of this study. */
        TRAINED,
        /** The weights a run begins with: a baseline. */
        UNTRAINED,
        /** A file of weights trained on ImageNet. */
        IMAGENET,
        /** Colour histograms: a baseline that needs no encoder. */
        COLOR
    }

    /** Pre-trained by a method. */
    public static ComparedEncoder trained(String method, String backbone, String title) {
        return new ComparedEncoder(method + "-" + backbone, title, Kind.TRAINED, method, backbone, List.of());
    }

    /** The same, with settings of its own, under another name. */
    public ComparedEncoder with(String id, String title, List<String> settings) {
        return new ComparedEncoder(id, title, kind, method, backbone, settings);
    }

    /** A backbone as it is drawn; as a run of DINO would begin. */
    public static ComparedEncoder untrained(String backbone, String title) {
        return new ComparedEncoder("untrained-" + backbone, title, Kind.UNTRAINED, "dino", backbone, List.of());
    }

    /** The paper's transfer from natural images. */
    public static ComparedEncoder imageNet() {
        return new ComparedEncoder(
                "imagenet-vit", "Pre-trained on ImageNet (ViT)", Kind.IMAGENET, "", "vit", List.of());
    }

    /** Colour histograms. */
    public static ComparedEncoder color() {
        return new ComparedEncoder("color", "Colour histogram (baseline)", Kind.COLOR, "", "", List.of());
    }

    /** Whether a seed changes it. */
    public boolean isSeeded() {
        return kind == Kind.TRAINED || kind == Kind.UNTRAINED;
    }
}
