package org.cyphervit;

import java.util.Locale;

/** Numbers in sentences. */
public final class Words {
    private Words() {}

    /** A number with its noun, such as {@code 1 slide} or {@code 2,400 tiles}. */
    public static String count(long number, String noun) {
        return count(number, noun, noun + "s");
    }

    /** The same of a noun whose plural is not by rule. */
    public static String count(long number, String noun, String plural) {
        return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? noun : plural);
    }
}
