package org.cyphervit.mil.bag;

import java.util.Locale;
import org.cyphervit.UserError;

/** What is learnt of slides. */
public enum SlideTask {
    /** One of several classes. */
    CLASSES,
    /** A number, such as a share of tumour. */
    NUMBER,
    /** The risk of an event over time. */
    SURVIVAL;

    /** Such as {@code survival}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The task of that {@link #key}. */
    public static SlideTask named(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "classes" -> CLASSES;
            case "number" -> NUMBER;
            case "survival" -> SURVIVAL;
            default -> throw new UserError("Unknown task '" + name + "'; expected classes, number or survival.");
        };
    }
}
