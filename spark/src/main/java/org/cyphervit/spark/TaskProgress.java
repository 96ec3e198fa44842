package org.cyphervit.spark;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** A line every half minute with the time that is left. */
final class TaskProgress extends SparkListener {
    private static final long INTERVAL = 30_000_000_000L;

    private final int tasks;
    private final AtomicInteger done = new AtomicInteger();
    private final long begun = System.nanoTime();
    private long printed = begun;

    TaskProgress(int tasks) {
        this.tasks = tasks;
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
        if (!end.taskInfo().successful()) {
            System.err.println("Task " + end.taskInfo().index() + " failed on "
                    + end.taskInfo().host() + " (attempt " + end.taskInfo().attemptNumber() + ") and is tried again.");
            return;
        }
        int finished = done.incrementAndGet();
        long now = System.nanoTime();
        if (finished <= tasks && now - printed >= INTERVAL) {
            printed = now;
            double left = (now - begun) / 1e9 * (tasks - finished) / finished;
            System.err.printf(Locale.ROOT, "tasks %d/%d  ETA %.0f s%n", finished, tasks, left);
        }
    }
}
