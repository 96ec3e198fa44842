package org.cyphervit.cli.terminal;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Tells every ten seconds that work which cannot be counted still goes on. */
public final class Waiting implements AutoCloseable {
    private static final long EVERY_MILLIS = 10_000;

    private final ScheduledExecutorService timer;
    private final Future<?> telling;

    private Waiting(String what, PrintStream out, long everyMillis) {
        long begun = System.nanoTime();
        timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("waiting").factory());
        telling = timer.scheduleAtFixedRate(
                () -> out.printf(Locale.ROOT, "%s, %.0f s so far%n", what, (System.nanoTime() - begun) / 1e9),
                everyMillis,
                everyMillis,
                TimeUnit.MILLISECONDS);
    }

    /** Begins to tell; closing it ends that. */
    public static Waiting on(String what) {
        return new Waiting(what, System.err, EVERY_MILLIS);
    }

    static Waiting on(String what, PrintStream out, long everyMillis) {
        return new Waiting(what, out, everyMillis);
    }

    @Override
    public void close() {
        telling.cancel(false);
        timer.shutdownNow();
    }
}
