package org.cyphervit.data;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Tiles worth showing: drawn at random, the classes in turn where there are any; the same every time. */
public final class ExampleTiles {
    private ExampleTiles() {}

    /** Indices of {@code count} tiles, or of all where there are fewer. */
    public static List<Integer> of(TileSource source, int count) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < source.size(); i++) {
            all.add(i);
        }
        Collections.shuffle(all, new Random(0));
        Map<Integer, Deque<Integer>> byLabel = new TreeMap<>();
        all.forEach(i -> byLabel.computeIfAbsent(source.label(i), key -> new ArrayDeque<>())
                .add(i));
        List<Integer> chosen = new ArrayList<>();
        while (chosen.size() < Math.min(count, source.size())) {
            for (Deque<Integer> tiles : byLabel.values()) {
                if (!tiles.isEmpty() && chosen.size() < count) {
                    chosen.add(tiles.remove());
                }
            }
        }
        return chosen;
    }
}
