package org.cyphervit.cli.jobs;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a job is, by the last line of its log that says so: commands count as {@code tiles 120/500  40/s  ETA 10 s}, and
 * trainings as {@code step 10/200 ... ETA 1:20}.
 *
 * @param done of {@code total}
 * @param total 0 if nothing was said yet
 * @param eta the time left in the command's words; empty if it was not said
 */
public record JobProgress(long done, long total, String eta) {
    private static final JobProgress UNKNOWN = new JobProgress(0, 0, "");
    private static final Pattern COUNT = Pattern.compile("(\\d{1,12})/(\\d{1,12})\\b");
    private static final Pattern ETA = Pattern.compile("ETA ([0-9][0-9:.]*(?: ?(?:s|min|h|d))?)");

    static JobProgress of(List<String> lines) {
        for (String line : lines.reversed()) {
            Matcher eta = ETA.matcher(line);
            if (eta.find()) {
                Matcher count = COUNT.matcher(line);
                long done = 0;
                long total = 0;
                while (count.find() && count.start() < eta.start()) { // the innermost count stands last
                    done = Long.parseLong(count.group(1));
                    total = Long.parseLong(count.group(2));
                }
                if (total > 0) {
                    return new JobProgress(done, total, eta.group(1));
                }
            }
        }
        return UNKNOWN;
    }
}
