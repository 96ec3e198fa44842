package org.cyphervit.cli.command.mil;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.cyphervit.UserError;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.data.UnlabelledTiles;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.eval.Baselines;
import org.cyphervit.file.hdf5.Hdf5Dataset;
import org.cyphervit.file.hdf5.Hdf5File;
import org.cyphervit.image.RgbImage;
import org.cyphervit.mil.bag.Bag;
import org.cyphervit.mil.bag.Cohort;
import org.cyphervit.slide.Slide;

/**
 * What colour alone says: features know no colours, so tiles are read again from the slides, at the places that the features
 * are of, and become colour histograms in a folder like that of any encoder.
 */
final class ColourFloor {
    /** Tiles of a slide that are looked at; the mean of so many histograms is as good as that of all. */
    private static final int MOST = 256;

    /** Pixels of a side. */
    private static final int SIDE = 224;

    private ColourFloor() {}

    /**
     * Writes {@code <slide>.h5} for every slide of a cohort.
     *
     * @param slides the slides, or folders of them, named as their features are
     * @throws UserError naming a slide that is not there, or whose features do not say where its tiles lie
     */
    static void write(Cohort cohort, List<Path> slides, Path to) throws IOException {
        List<Bag> bags = cohort.examples().stream()
                .flatMap(example -> example.bags().stream())
                .toList();
        Progress progress = new Progress("colours of slides", bags.size());
        for (int i = 0; i < bags.size(); i++) {
            Bag bag = bags.get(i);
            Bag.Places places = bag.places();
            if (places == null || places.side() == 0) {
                throw new UserError("'" + bag.file() + "' does not say where the tiles of slide '" + bag.slide()
                        + "' lie, so their colours cannot be looked up. Leave out --slides.");
            }
            try (Slide slide = Slide.open(SlidePredictCommand.find(slides, bag.slide()))) {
                FeatureMatrix colours =
                        Baselines.colorHistograms(Tiles.of(slide, places)).features();
                Hdf5File.write(
                        to.resolve(bag.slide() + ".h5"),
                        List.of(new Hdf5Dataset(
                                "features",
                                colours.values(),
                                new long[] {colours.rows(), colours.width()},
                                Map.of("encoder", "colour histogram"))));
            }
            progress.accept(i + 1);
        }
    }

    private record Tiles(Slide slide, Bag.Places places, int[] chosen) implements UnlabelledTiles {
        // The same tiles of a slide each time.
        static Tiles of(Slide slide, Bag.Places places) {
            int count = places.corners().length / 2;
            int[] chosen = count <= MOST
                    ? IntStream.range(0, count).toArray()
                    : new SplittableRandom(count)
                            .ints(0, count)
                            .distinct()
                            .limit(MOST)
                            .toArray();
            return new Tiles(slide, places, chosen);
        }

        @Override
        public int size() {
            return chosen.length;
        }

        @Override
        public RgbImage read(int index) throws IOException {
            int side = Math.min(SIDE, places.side());
            int tile = chosen[index];
            try {
                return slide.read(
                        places.corners()[2 * tile],
                        places.corners()[2 * tile + 1],
                        places.side() / (double) side,
                        side,
                        side);
            } catch (UserError e) {
                throw new IOException(e.getMessage(), e);
            }
        }

        @Override
        public String name(int index) {
            return "tile " + chosen[index];
        }

        @Override
        public String fingerprint() {
            return slide.path().toString();
        }
    }
}
