package org.cyphervit.cli.terminal;

import java.util.function.IntConsumer;

/** A counter with an ETA on standard error: renewed on a terminal, a line every half minute elsewhere. */
public final class Progress implements IntConsumer {
    private final String what;
    private final int total;
    private final boolean terminal = Machine.hasTerminal();
    private final long begun = System.nanoTime();
    private long printed = begun;

    public Progress(String what, int total) {
        this.what = what;
        this.total = total;
    }

    @Override
    public void accept(int done) {
        long now = System.nanoTime();
        if (now - printed < (terminal ? 300_000_000L : 30_000_000_000L) && (done < total || !terminal)) {
            return;
        }
        printed = now;
        double seconds = (now - begun) / 1e9;
        String line = "%s %d/%d  %.0f/s  ETA %.0f s"
                .formatted(what, done, total, done / seconds, seconds * (total - done) / Math.max(1, done));
        System.err.print(terminal ? "\r" + line + "  " + (done >= total ? "\n" : "") : line + "\n");
    }
}
