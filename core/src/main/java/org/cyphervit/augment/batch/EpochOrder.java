package org.cyphervit.augment.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.cyphervit.data.TileSource;
import org.cyphervit.torch.SeededGenerator;

/** The order in which an epoch takes the tiles: a permutation of its own for each, drawn once, whichever thread asks first. */
final class EpochOrder {
    private final ConcurrentHashMap<Long, int[]> orders = new ConcurrentHashMap<>();
    private final TileSource source;
    private final boolean oneSet;
    private final int batch;
    private final long seed;

    EpochOrder(TileSource source, boolean oneSet, int batch, long seed) {
        this.source = source;
        this.oneSet = oneSet;
        this.batch = batch;
        this.seed = seed;
    }

    /** Tiles by their place in the epoch; not to be changed. Threads work near one another, so older epochs are let go. */
    int[] of(long epoch) {
        int[] order = orders.computeIfAbsent(epoch, this::draw);
        orders.keySet().removeIf(e -> e < epoch - 1);
        return order;
    }

    private int[] draw(long epoch) {
        SplittableRandom random = new SplittableRandom(SeededGenerator.mix(seed, epoch));
        int[] order = permutation(source.size(), random);
        return oneSet ? bySets(order, random) : order;
    }

    // Each set's tiles, in the order drawn, fill batches of their own. What is left over of all sets makes mixed
    // batches, so that small sets are seen too. The batches then come in random order, those that are not full last.
    private int[] bySets(int[] order, SplittableRandom random) {
        Map<Integer, List<Integer>> sets = Arrays.stream(order)
                .boxed()
                .collect(Collectors.groupingBy(source::set, TreeMap::new, Collectors.toList()));
        List<Integer> tiles = new ArrayList<>();
        List<Integer> left = new ArrayList<>();
        for (List<Integer> set : sets.values()) {
            int full = set.size() / batch * batch;
            tiles.addAll(set.subList(0, full));
            left.addAll(set.subList(full, set.size()));
        }
        for (int place : permutation(left.size(), random)) {
            tiles.add(left.get(place));
        }
        int[] batched = tiles.stream().mapToInt(tile -> tile).toArray();
        int[] places = permutation(batched.length / batch, random);
        int[] result = batched.clone(); // the end, less than a batch, stays where it is
        for (int b = 0; b < places.length; b++) {
            System.arraycopy(batched, places[b] * batch, result, b * batch, batch);
        }
        return result;
    }

    private static int[] permutation(int n, SplittableRandom random) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
