package org.cyphervit.mil.fit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.mil.aggregator.AggregatorKind;
import org.cyphervit.mil.bag.BagReader;
import org.cyphervit.mil.bag.Cohort;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;

/** The bags of a cohort as an aggregator sees them; the next is read while one is worked on, so two are in memory. */
final class Bags implements AutoCloseable {
    private final Cohort cohort;
    private final BagMoments moments;
    private final boolean means;
    private final Device device;
    private final ExecutorService reader =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());

    /** @param kind mean pooling gets each bag's mean as its only instance, which comes to the same and reads nothing */
    Bags(Cohort cohort, BagMoments moments, AggregatorKind kind, Device device) {
        this.cohort = cohort;
        this.moments = moments;
        this.means = kind == AggregatorKind.MEAN;
        this.device = device;
    }

    /** Works on a bag, in a scope of its own. */
    interface Work {
        /** @param bag (N,D) on the device, scaled as the network wants it */
        void on(int example, Tensor bag);
    }

    /**
     * Works on some examples, one after the other.
     *
     * @param net whose scaling the bags get
     * @param most instances of a bag; 0 for all
     * @param seed of their draw
     */
    void each(SlideNet net, int[] examples, int most, long seed, Work work) {
        CompletableFuture<Tensor> next = examples.length == 0 ? null : ahead(examples[0], most, seed);
        for (int i = 0; i < examples.length && next != null; i++) {
            Tensor bag = join(next);
            next = i + 1 < examples.length ? ahead(examples[i + 1], most, seed) : null;
            try (Scope scope = Scope.open()) {
                Tensor scaled = Tensors.onto(bag, device);
                net.scale(scaled);
                work.on(examples[i], scaled);
            } catch (RuntimeException e) {
                release(next);
                throw e;
            } finally {
                Scope.free(bag);
            }
        }
    }

    private CompletableFuture<Tensor> ahead(int example, int most, long seed) {
        return CompletableFuture.supplyAsync(() -> read(example, most, seed), reader);
    }

    private Tensor read(int example, int most, long seed) {
        try (Scope scope = Scope.open()) {
            if (means) {
                float[] mean = moments.means()[example];
                return Scope.keep(Tensors.of(mean, 1, mean.length));
            }
            var random = new java.util.SplittableRandom(SeededGenerator.mix(seed, example));
            return Scope.keep(BagReader.read(cohort.examples().get(example), most, random));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Tensor join(CompletableFuture<Tensor> next) {
        try {
            return next.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof UserError error ? error : e;
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // whoever waited for it heard of its failure
    private static void release(@org.jspecify.annotations.Nullable CompletableFuture<Tensor> next) {
        Consumer<Tensor> free = Scope::free;
        if (next != null) {
            next.thenAccept(free);
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
