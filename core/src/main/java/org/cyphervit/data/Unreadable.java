package org.cyphervit.data;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.cyphervit.UserError;

/**
 * Tiles that could not be read. What works on many tiles leaves such a tile out, counts it and names it in its result; where
 * they are more than a tenth, it is no accident any more and the work is refused. Safe for several threads.
 */
public final class Unreadable {
    private static final int ONE_IN = 10;
    private static final int SHOWN = 5;

    private final Map<String, String> reasons = new ConcurrentSkipListMap<>();

    /** Notes a tile and why it could not be read. */
    public void add(String tile, Exception why) {
        reasons.putIfAbsent(tile, String.valueOf(why.getMessage()));
    }

    /** Names in alphabetical order. */
    public List<String> names() {
        return List.copyOf(reasons.keySet());
    }

    /** Whether so many of {@code total} tiles are too many: more than a tenth, and more than one. */
    public boolean isTooMany(int total) {
        return reasons.size() > Math.max(1, total / ONE_IN);
    }

    /**
     * Refuses to go on where too many are missing.
     *
     * @param total tiles that there were to read
     * @throws UserError with some names and why they cannot be read
     */
    public void requireFew(int total) {
        if (isTooMany(total) || (total > 0 && reasons.size() >= total)) {
            Map.Entry<String, String> first = reasons.entrySet().iterator().next();
            throw new UserError(reasons.size() + " of " + total + " tiles cannot be read (" + some() + "); the first: "
                    + first.getValue() + ". One tile in " + ONE_IN + " may be left out. Check that the folder is"
                    + " mounted and whole, or remove those files.");
        }
    }

    private String some() {
        List<String> names = names();
        return String.join(", ", names.subList(0, Math.min(SHOWN, names.size())))
                + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "");
    }
}
