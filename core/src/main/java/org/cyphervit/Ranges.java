package org.cyphervit;

import java.util.ArrayList;
import java.util.List;

/** Checks the numbers of a record of settings, and says of all that are wrong what was got and what was expected. */
public final class Ranges {
    /** The side of images in pixels that may be asked for. */
    public static final int LARGEST_SIDE = 8192;

    private final String what;
    private final List<String> wrong = new ArrayList<>();

    private Ranges(String what) {
        this.what = what;
    }

    /** @param what is configured, for the message, such as {@code A run} */
    public static Ranges of(String what) {
        return new Ranges(what);
    }

    /** A whole number from {@code least} to {@code most}. */
    public Ranges whole(String key, long value, long least, long most) {
        if (value < least || value > most) {
            wrong.add(key + " from " + least + " to " + most + " (got " + value + ")");
        }
        return this;
    }

    /** A number from {@code least} to {@code most}. */
    public Ranges number(String key, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            wrong.add(key + " from " + text(least) + " to " + text(most) + " (got " + text(value) + ")");
        }
        return this;
    }

    /** A number above {@code least} and at most {@code most}. */
    public Ranges above(String key, double value, double least, double most) {
        if (!(value > least && value <= most)) {
            wrong.add(key + " above " + text(least) + " and at most " + text(most) + " (got " + text(value) + ")");
        }
        return this;
    }

    /** A number from {@code least} to below {@code limit}. */
    public Ranges below(String key, double value, double least, double limit) {
        if (!(value >= least && value < limit)) {
            wrong.add(key + " from " + text(least) + " to below " + text(limit) + " (got " + text(value) + ")");
        }
        return this;
    }

    /** A number above {@code least} and below {@code limit}. */
    public Ranges between(String key, double value, double least, double limit) {
        if (!(value > least && value < limit)) {
            wrong.add(key + " above " + text(least) + " and below " + text(limit) + " (got " + text(value) + ")");
        }
        return this;
    }

    /** @throws UserError if any number is out of its range */
    public void check() {
        if (!wrong.isEmpty()) {
            throw new UserError(what + " needs " + String.join("; ", wrong) + ".");
        }
    }

    private static String text(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
