package org.cyphervit.cli;

import java.util.List;
import java.util.Locale;

/** What several commands tell in the same words. */
public final class Tell {
    private static final int SHOWN = 5;

    private Tell() {}

    /** A number with its noun, such as {@code 1 slide} or {@code 2,400 tiles}. */
    public static String count(long number, String noun) {
        return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? noun : noun + "s");
    }

    /** Tiles that were left out, if any. */
    public static void unreadable(List<String> names) {
        if (!names.isEmpty()) {
            System.err.println(count(names.size(), "tile") + " could not be read and "
                    + (names.size() == 1 ? "was" : "were") + " left out: "
                    + String.join(", ", names.subList(0, Math.min(SHOWN, names.size())))
                    + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "") + ".");
        }
    }
}
