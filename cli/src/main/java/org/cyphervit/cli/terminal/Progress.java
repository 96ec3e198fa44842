package org.cyphervit.cli.terminal;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * A counter with an ETA on standard error: renewed on a terminal, a line every ten seconds elsewhere, or every so many as
 * the system property {@code cyphervit.progress.seconds} says, which the workbench sets for its jobs.
 */
public final class Progress implements IntConsumer {
    private static final long RENEW = 300_000_000L; // nanoseconds
    private static final long LINE = 1_000_000_000L * Integer.getInteger("cyphervit.progress.seconds", 10);

    private final String what;
    private final int total;
    private final boolean terminal;
    private final PrintStream out;
    private final LongSupplier clock;
    private final long begun;
    private long printed;

    public Progress(String what, int total) {
        this(what, total, Machine.hasTerminal(), System.err, System::nanoTime);
    }

    Progress(String what, int total, boolean terminal, PrintStream out, LongSupplier clock) {
        this.what = what;
        this.total = total;
        this.terminal = terminal;
        this.out = out;
        this.clock = clock;
        this.begun = clock.getAsLong();
        this.printed = begun;
    }

    @Override
    public synchronized void accept(int done) {
        long now = clock.getAsLong();
        if (now - printed < (terminal ? RENEW : LINE) && (done < total || !terminal)) {
            return;
        }
        printed = now;
        double seconds = (now - begun) / 1e9;
        String line = String.format(
                Locale.ROOT,
                "%s %d/%d  %s  ETA %.0f s",
                what,
                done,
                total,
                rate(done, seconds),
                seconds * (total - done) / Math.max(1, done));
        out.print(terminal ? "\r" + line + "  " + (done >= total ? "\n" : "") : line + "\n");
    }

    // How many a second, or how many seconds one takes where that is more.
    private static String rate(int done, double seconds) {
        double perSecond = done / seconds;
        return perSecond >= 9.5
                ? String.format(Locale.ROOT, "%.0f/s", perSecond)
                : perSecond >= 1
                        ? String.format(Locale.ROOT, "%.1f/s", perSecond)
                        : String.format(Locale.ROOT, "%.1f s each", seconds / Math.max(1, done));
    }
}
