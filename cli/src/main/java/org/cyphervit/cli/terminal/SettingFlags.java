package org.cyphervit.cli.terminal;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * Messages of the core name settings, as in {@code setting 'mpp'} or {@code run.onCollapse}; here they become the options of
 * the command that was run: {@code --mpp}, or {@code --set run.onCollapse=...}.
 */
public final class SettingFlags {
    private static final Pattern SETTING = Pattern.compile("setting '([\\w.-]+)'");

    private SettingFlags() {}

    /**
     * The message with options in the place of settings. A setting that neither the command nor any above it has an option
     * for is left as it is.
     */
    public static String in(String message, CommandLine command) {
        return SETTING.matcher(message)
                .replaceAll(found -> java.util.regex.Matcher.quoteReplacement(flag(found, command)));
    }

    private static String flag(MatchResult found, @Nullable CommandLine command) {
        for (CommandLine at = command; at != null; at = at.getParent()) {
            String flag = "--" + found.group(1);
            if (at.getCommandSpec().findOption(flag) != null) {
                return flag;
            }
            if (found.group(1).contains(".") && at.getCommandSpec().findOption("--set") != null) {
                return "--set " + found.group(1);
            }
        }
        return found.group();
    }
}
