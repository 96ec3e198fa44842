package org.cyphervit.cli;

import java.util.List;
import org.cyphervit.Words;

/** What several commands tell in the same words. */
public final class Tell {
    private static final int SHOWN = 5;

    private Tell() {}

    /** Tiles that were left out, if any. */
    public static void unreadable(List<String> names) {
        if (!names.isEmpty()) {
            System.err.println(Words.count(names.size(), "tile") + " could not be read and "
                    + (names.size() == 1 ? "was" : "were") + " left out: "
                    + String.join(", ", names.subList(0, Math.min(SHOWN, names.size())))
                    + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "") + ".");
        }
    }
}
