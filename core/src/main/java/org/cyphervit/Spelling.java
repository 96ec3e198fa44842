package org.cyphervit;

import java.util.Collection;

/** Offers a known name to who wrote one a little wrong. */
public final class Spelling {
    private Spelling() {}

    /** Of some names the one most like what was written; empty where there are none. */
    public static String nearest(String wanted, Collection<String> names) {
        return names.stream()
                .min(java.util.Comparator.comparingInt(name -> distance(wanted, name)))
                .orElse("");
    }

    // Levenshtein's edit distance, ignoring case.
    private static int distance(String a, String b) {
        int[] previous = java.util.stream.IntStream.rangeClosed(0, b.length()).toArray();
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
                current[j] = Math.min(Math.min(current[j - 1], previous[j]) + 1, previous[j - 1] + (same ? 0 : 1));
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
