package org.cyphervit.augment.batch;

import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.cyphervit.torch.SeededGenerator;

/** The order in which an epoch takes the tiles: a permutation of its own for each, drawn once, whichever thread asks first. */
final class EpochOrder {
    private final ConcurrentHashMap<Long, int[]> orders = new ConcurrentHashMap<>();
    private final int tiles;
    private final long seed;

    EpochOrder(int tiles, long seed) {
        this.tiles = tiles;
        this.seed = seed;
    }

    /** Tiles by their place in the epoch; not to be changed. Threads work near one another, so older epochs are let go. */
    int[] of(long epoch) {
        int[] order = orders.computeIfAbsent(epoch, e -> permutation(tiles, SeededGenerator.mix(seed, e)));
        orders.keySet().removeIf(e -> e < epoch - 1);
        return order;
    }

    private static int[] permutation(int n, long seed) {
        int[] order = new int[n];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < n; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
