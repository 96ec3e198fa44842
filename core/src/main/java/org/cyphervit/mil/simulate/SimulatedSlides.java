package org.cyphervit.mil.simulate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.cyphervit.UserError;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.file.NpyArray;
import org.cyphervit.mil.bag.Bag;
import org.cyphervit.mil.bag.Cohort;
import org.cyphervit.mil.bag.Example;
import org.cyphervit.mil.bag.SlideTask;
import org.cyphervit.mil.bag.Target;
import org.cyphervit.mil.protocol.Folds;

/**
 * A cohort of slides mixed from the features of labelled tiles. A slide is of the class of its tumour, or normal. Tiles are
 * drawn with replacement from the pool of the slide's fold; pools share no group of tiles.
 *
 * @param cohort each slide its own patient
 * @param folds of the slides
 * @param isTumour of each slide, each tile
 */
public record SimulatedSlides(Cohort cohort, Folds folds, boolean[][] isTumour) {
    /**
     * Mixes slides.
     *
     * @param scratch file that the tiles' features are written to, for bags to be read from
     * @throws UserError if a fold would have no tile of a class
     */
    public static SimulatedSlides mix(LabelledFeatures tiles, SimulationOptions options, Path scratch)
            throws IOException {
        int normal = tiles.classes().indexOf(options.normal());
        if (normal < 0 || tiles.classes().size() < 2) {
            throw new UserError("The tiles have the classes " + tiles.classes() + "; expected '" + options.normal()
                    + "' and at least one class of tumour among them.");
        }
        int width = tiles.features().width();
        NpyArray.write(scratch, tiles.features().values(), tiles.features().rows(), width);
        long start = NpyArray.open(scratch).floatsAt();
        List<List<List<Integer>>> pools = pools(tiles, options);
        List<Example> examples = new ArrayList<>();
        int[] folds = new int[options.slides()];
        boolean[][] isTumour = new boolean[options.slides()][];
        SplittableRandom random = new SplittableRandom(options.seed());
        for (int s = 0; s < options.slides(); s++) {
            int label = s % tiles.classes().size();
            folds[s] = s / tiles.classes().size() % options.folds();
            int tumours = label == normal ? 0 : options.tumourTiles();
            boolean[] truth = new boolean[options.tiles()];
            for (int t = 0; t < tumours; t++) {
                truth[t] = true;
            }
            shuffle(truth, random);
            List<Bag.Span> spans = new ArrayList<>();
            for (boolean tumour : truth) {
                List<Integer> pool = pools.get(folds[s]).get(tumour ? label : normal);
                int row = pool.get(random.nextInt(pool.size()));
                spans.add(new Bag.Span(scratch, start + 4L * width * row, 1));
            }
            String name = String.format(java.util.Locale.ROOT, "slide-%03d", s + 1);
            Bag bag = new Bag(name, scratch, null, width, spans, null);
            examples.add(new Example(name, name, List.of(bag), new Target(label, Double.NaN, Double.NaN, false)));
            isTumour[s] = truth;
        }
        int n = options.slides();
        Cohort.Counts counts = new Cohort.Counts(n, n, n, (long) n * options.tiles(), 0, 0, 0);
        return new SimulatedSlides(
                new Cohort(SlideTask.CLASSES, tiles.classes(), examples, null, counts),
                new Folds(folds, options.folds()),
                isTumour);
    }

    // Of each fold, of each class: rows of tiles.
    private static List<List<List<Integer>>> pools(LabelledFeatures tiles, SimulationOptions options) {
        int[] groups = tiles.groupIds();
        int count = Arrays.stream(groups).max().orElse(-1) + 1;
        List<Integer> order = new ArrayList<>(IntStream.range(0, count).boxed().toList());
        Collections.shuffle(order, new Random(options.seed()));
        int[] foldOf = new int[count];
        for (int i = 0; i < count; i++) {
            foldOf[order.get(i)] = i % options.folds();
        }
        List<List<List<Integer>>> pools = new ArrayList<>();
        for (int f = 0; f < options.folds(); f++) {
            List<List<Integer>> classes = new ArrayList<>();
            for (int c = 0; c < tiles.classes().size(); c++) {
                int fold = f;
                int label = c;
                List<Integer> rows = IntStream.range(0, groups.length)
                        .filter(i -> foldOf[groups[i]] == fold && tiles.labels()[i] == label)
                        .boxed()
                        .toList();
                if (rows.isEmpty()) {
                    throw new UserError("Fold " + (f + 1) + " of " + options.folds() + " has no tile of class '"
                            + tiles.classes().get(c) + "'. Take fewer folds or more tiles.");
                }
                classes.add(rows);
            }
            pools.add(classes);
        }
        return pools;
    }

    private static void shuffle(boolean[] values, SplittableRandom random) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            boolean swapped = values[i];
            values[i] = values[j];
            values[j] = swapped;
        }
    }
}
