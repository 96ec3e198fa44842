package org.cyphervit.group;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Store;

/**
 * Which ranks are alive. Each rank counts its heartbeats, and the calls it has made, in the common store; when a call fails,
 * the counts tell who died and who hangs.
 */
final class Heartbeats implements AutoCloseable {
    private static final Duration BEAT = Duration.ofSeconds(1);
    private static final int PATIENCE = 10;

    private final Store store;
    private final int rank;
    private final int size;
    private final AtomicLong calls = new AtomicLong();
    private final Thread thread;
    private long told;

    Heartbeats(Store store, int rank, int size) {
        this.store = store;
        this.rank = rank;
        this.size = size;
        this.thread = Thread.ofPlatform().daemon().name("heartbeat").unstarted(this::beat);
        thread.start();
    }

    /** Notes that this rank takes part in one more collective call. */
    void called() {
        calls.incrementAndGet();
    }

    /** A sentence that names the ranks that are gone or behind; takes some seconds. */
    String missing() {
        try {
            List<Long> before = counts("beat");
            List<Integer> gone = silent(before);
            for (int i = 0; i < PATIENCE && !gone.isEmpty(); i++) {
                Thread.sleep(BEAT);
                gone = silent(before);
            }
            List<Long> reached = counts("calls");
            List<Integer> behind = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                if (reached.get(i) < calls.get()) {
                    behind.add(i);
                }
            }
            if (!gone.isEmpty()) {
                return ranks(gone) + " died or lost its connection.";
            }
            return behind.isEmpty()
                    ? "All ranks live, but the network between them failed."
                    : ranks(behind) + (behind.size() == 1 ? " lives but hangs." : " live but hang.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "Interrupted while waiting for the other ranks.";
        } catch (RuntimeException e) { // the store is where rank 0 is
            return "Rank 0, where all ranks meet, died or lost its connection.";
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void beat() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long now = calls.get();
                store.add("calls/" + rank, now - told);
                told = now;
                store.add("beat/" + rank, 1);
                Thread.sleep(BEAT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // The store is gone with rank 0; the next collective call fails and says so.
            Thread.currentThread().interrupt();
        }
    }

    // The other ranks whose count has not moved.
    private List<Integer> silent(List<Long> before) {
        List<Long> now = counts("beat");
        return IntStream.range(0, size)
                .filter(i -> i != rank && now.get(i).equals(before.get(i)))
                .boxed()
                .toList();
    }

    private List<Long> counts(String what) {
        List<Long> counts = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            counts.add(store.add(what + "/" + i, 0));
        }
        return counts;
    }

    private static String ranks(List<Integer> ranks) {
        return (ranks.size() == 1 ? "Rank " : "Ranks ")
                + ranks.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
