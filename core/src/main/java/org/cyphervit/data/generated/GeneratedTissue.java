package org.cyphervit.data.generated;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.cyphervit.UserError;
import org.cyphervit.data.Fingerprint;
import org.cyphervit.data.TileSource;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;

/**
 * Tiles of nine phenotypes on slides of different stain, painted on demand: the same tile for the same seed and index.
 * A quarter of the tiles have a neighbouring phenotype in a corner, as real ones do; the label is that of the larger
 * part. Slides are the groups.
 *
 * @param tilesPerClass on all slides together
 * @param slides number of stains
 * @param side side of a tile, pixels of about one micron
 * @param stains of the slides
 * @param seed of everything
 */
public record GeneratedTissue(int tilesPerClass, int slides, int side, StainPopulation stains, long seed)
        implements TileSource {
    private static final Phenotype[] PHENOTYPES = Phenotype.values();

    public GeneratedTissue {
        if (tilesPerClass < 1 || slides < 1 || side < 32 || side > 2048) {
            throw new UserError("Generated tissue needs at least one tile per class, one slide and 32 to 2048 pixels;"
                    + " got " + tilesPerClass + ", " + slides + " and " + side + ".");
        }
    }

    /** Slides of {@linkplain StainPopulation#ONE_LABORATORY one laboratory}. */
    public GeneratedTissue(int tilesPerClass, int slides, int side, long seed) {
        this(tilesPerClass, slides, side, StainPopulation.ONE_LABORATORY, seed);
    }

    /**
     * A painted region.
     *
     * @param image what the scanner saw
     * @param phenotypes the phenotype of each pixel, ordinal
     * @param structures the {@link Structure} of each pixel, ordinal
     */
    public record Painted(RgbImage image, byte[] phenotypes, byte[] structures) {}

    /** A tile with its truth. */
    public Painted paint(int index) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + index);
        Phenotype main = PHENOTYPES[label(index)];
        Canvas canvas = main.paint(side, random);
        byte[] phenotypes = new byte[side * side];
        Arrays.fill(phenotypes, (byte) main.ordinal());
        if (random.nextDouble() < 0.25) {
            Phenotype neighbour = PHENOTYPES[random.nextInt(PHENOTYPES.length)];
            Canvas other = neighbour.paint(side, random);
            double angle = random.nextDouble() * 6.283;
            double reach = side * (0.5 - 0.35 * random.nextDouble());
            ValueNoise border = new ValueNoise(random, side / 3.0);
            for (int y = 0, i = 0; y < side; y++) {
                for (int x = 0; x < side; x++, i++) {
                    double across = Math.cos(angle) * (x - side / 2.0) + Math.sin(angle) * (y - side / 2.0);
                    if (across + 6 * border.at(x, y) > reach) {
                        copy(other, canvas, i);
                        phenotypes[i] = (byte) neighbour.ordinal();
                    }
                }
            }
        }
        RgbImage image = stain(slide(index)).expose(canvas, random);
        return new Painted(image, phenotypes, canvas.structure);
    }

    /**
     * A region of several phenotypes side by side, for maps.
     *
     * @param side pixels
     * @param phenotypes which occur
     */
    public static Painted field(int side, List<Phenotype> phenotypes, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Canvas canvas = new Canvas(side);
        byte[] truth = new byte[side * side];
        List<Canvas> layers =
                phenotypes.stream().map(p -> p.paint(side, random)).toList();
        List<ValueNoise> shares =
                phenotypes.stream().map(p -> new ValueNoise(random, side / 3.2)).toList();
        for (int y = 0, i = 0; y < side; y++) {
            for (int x = 0; x < side; x++, i++) {
                int best = 0;
                for (int p = 1; p < shares.size(); p++) {
                    if (shares.get(p).at(x, y) > shares.get(best).at(x, y)) {
                        best = p;
                    }
                }
                copy(layers.get(best), canvas, i);
                truth[i] = (byte) phenotypes.get(best).ordinal();
            }
        }
        return new Painted(
                new StainModel(StainPopulation.ONE_LABORATORY, random).expose(canvas, random), truth, canvas.structure);
    }

    /**
     * Writes all tiles as {@code slide/class/tile.png}, in parallel.
     *
     * @param progress receives how many are written
     */
    public void writeTo(Path folder, IntConsumer progress) throws IOException {
        writeTo(folder, IntStream.range(0, size()).boxed().toList(), progress);
    }

    /** As {@link #writeTo(Path, IntConsumer)}, but some of the tiles only, by their indices. */
    public void writeTo(Path folder, List<Integer> tiles, IntConsumer progress) throws IOException {
        AtomicInteger done = new AtomicInteger();
        for (String slide : tiles.stream().map(this::group).distinct().toList()) {
            for (String label : classes()) {
                Files.createDirectories(folder.resolve(slide).resolve(label));
            }
        }
        try {
            tiles.parallelStream().forEach(i -> {
                Path file = folder.resolve(group(i))
                        .resolve(classes().get(label(i)))
                        .resolve("tile%05d.png".formatted(i));
                try {
                    ImageFiles.writePng(file, read(i));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                progress.accept(done.incrementAndGet());
            });
        } catch (UncheckedIOException e) {
            throw new IOException("The tiles cannot be written: " + e.getMessage(), e);
        }
    }

    private static void copy(Canvas from, Canvas to, int i) {
        to.haematoxylin[i] = from.haematoxylin[i];
        to.eosin[i] = from.eosin[i];
        to.structure[i] = from.structure[i];
    }

    private StainModel stain(int slide) {
        RandomGenerator random = new SplittableRandom(~seed * 0x632BE59BD9B4E019L + slide);
        return new StainModel(stains, random);
    }

    private int slide(int index) {
        return index / PHENOTYPES.length % slides;
    }

    @Override
    public int size() {
        return tilesPerClass * PHENOTYPES.length;
    }

    @Override
    public String name(int index) {
        return "slide%d/%s/tile%05d.png".formatted(slide(index), PHENOTYPES[label(index)].label(), index);
    }

    @Override
    public RgbImage read(int index) {
        return paint(index).image();
    }

    @Override
    public List<String> classes() {
        return Arrays.stream(PHENOTYPES).map(Phenotype::label).toList();
    }

    @Override
    public int label(int index) {
        return index % PHENOTYPES.length;
    }

    @Override
    public String group(int index) {
        return "slide" + slide(index);
    }

    @Override
    public String fingerprint() {
        Fingerprint fingerprint = new Fingerprint();
        fingerprint.add("generated tissue 1 " + tilesPerClass + " " + slides + " " + side + " " + seed);
        if (stains != StainPopulation.ONE_LABORATORY) {
            fingerprint.add(stains.name());
        }
        return fingerprint.hex();
    }
}
