package org.cyphervit.augment.batch;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.augment.ViewRecipe;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.Unreadable;
import org.cyphervit.group.Group;
import org.cyphervit.image.RgbImage;
import org.cyphervit.torch.SeededGenerator;

/**
 * Decodes tiles and makes views in threads ahead of the model, or only draws for them where the device makes them. What a
 * step sees follows from (seed, step) alone: not from threads, nor from where the run was resumed.
 */
public final class ViewLoader implements AutoCloseable {
    private final TileSource source;
    private final ViewRequest request;
    private final EpochOrder orders;
    private final int batch;
    private final Group group;
    private final long seed;
    private final ExecutorService threads;
    private final ArrayDeque<Future<ViewBatch>> ahead = new ArrayDeque<>();
    private final Unreadable unreadable = new Unreadable();
    private final long started = System.nanoTime();
    private long nextStep;
    private long waited;

    /**
     * @param batch tiles per step; at most the tiles of the source
     * @param threads that decode, draw and make the views
     * @param firstStep where to begin
     */
    public ViewLoader(TileSource source, ViewRecipe recipe, int batch, long seed, int threads, long firstStep) {
        this(source, new ViewRequest(recipe), batch, seed, threads, firstStep, Group.singleProcess());
    }

    /**
     * The share of one rank: of each batch the r-th of W equal parts, so that all ranks together see what one process
     * would.
     *
     * @param batch of all ranks together, a multiple of W
     */
    public ViewLoader(
            TileSource source, ViewRequest request, int batch, long seed, int threads, long firstStep, Group group) {
        requireBatch(batch, source.size(), group.size());
        this.source = source;
        this.group = group;
        this.request = request;
        this.orders = new EpochOrder(source, request.oneSet(), batch, seed);
        this.batch = batch;
        this.seed = seed;
        this.nextStep = firstStep;
        this.threads = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name("views-", 0).factory());
        for (int i = 0; i < threads + 2; i++) { // each makes a batch, two wait
            submit();
        }
    }

    /**
     * Checks a batch before anything else is done for it.
     *
     * @param batch of all processes together
     * @throws UserError if it cannot be drawn from so many tiles, or not be shared by so many processes
     */
    public static void requireBatch(int batch, int tiles, int processes) {
        if (batch < 1 || batch > tiles) {
            throw new UserError("A batch of " + batch + " cannot be drawn from " + Words.count(tiles, "tile")
                    + "; set run.batch to that many or fewer.");
        }
        if (batch % processes != 0) {
            throw new UserError("A batch of " + batch + " cannot be shared by " + processes
                    + " processes; choose a multiple of that for run.batch.");
        }
    }

    /** Steps that see every tile once; tiles that do not fill a batch are left out of that epoch. */
    public static long stepsPerEpoch(TileSource source, int batch) {
        return Math.max(1, source.size() / batch);
    }

    /** The views of the next step; waits until they are there. */
    public ViewBatch next() {
        long before = System.nanoTime();
        try {
            ViewBatch views = ahead.remove().get();
            submit();
            return views;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("Interrupted while waiting for tiles.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UserError error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            waited += System.nanoTime() - before;
        }
    }

    /** The share of time since the start that {@link #next} has made its caller wait, in [0, 1]. */
    public double waitShare() {
        return (double) waited / Math.max(1, System.nanoTime() - started);
    }

    /** Names of the tiles that could not be read; each was replaced by another. */
    public List<String> unreadable() {
        return unreadable.names();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private void submit() {
        long step = nextStep++;
        ahead.add(threads.submit(() -> draw(step)));
    }

    private ViewBatch draw(long step) {
        long perEpoch = stepsPerEpoch(source, batch);
        long epoch = step / perEpoch;
        int[] order = orders.of(epoch);
        int share = batch / group.size();
        int first = (int) (step % perEpoch) * batch + group.rank() * share;
        int[] tiles = new int[share];
        BatchMaker maker = request.maker(share);
        for (int b = 0; b < share; b++) {
            int tile = order[first + b];
            tiles[b] = tile;
            maker.add(
                    read(tile), new SplittableRandom(SeededGenerator.mix(SeededGenerator.mix(seed, epoch), tile + 1L)));
        }
        return maker.batch(step, tiles);
    }

    // A tile that was there when the run began and cannot be read now is replaced by the next one, and named at the
    // end.
    private RgbImage read(int tile) {
        for (int i = 0; i < source.size(); i++) {
            int candidate = (tile + i) % source.size();
            try {
                return source.read(candidate);
            } catch (IOException e) {
                unreadable.add(source.name(candidate), e);
                unreadable.requireFew(source.size());
            }
        }
        throw new UserError("None of the " + source.size() + " tiles can be read any more.");
    }
}
