package org.cyphervit.data.stain;

import java.util.Locale;
import java.util.SplittableRandom;
import org.cyphervit.UserError;
import org.cyphervit.data.Split;
import org.cyphervit.data.TileSource;
import org.cyphervit.stain.RandomStain;
import org.cyphervit.torch.SeededGenerator;

/**
 * Tiles whose colour tells little of their tissue, for evaluations in which stain goes with the class: a colour histogram
 * should then fall towards chance, and what an encoder still knows is shape.
 */
public final class ColorNeutral extends RecoloredTiles {
    /** How colour is taken away. */
    public enum Kind {
        /** Each tile is stained anew at random; the same tile and seed give the same stain. */
        RESTAIN,
        /** The amount of haematoxylin as grey, at one mean. */
        HAEMATOXYLIN;

        /** Its name on the command line and in files. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The kind of that key. */
        public static Kind named(String key) {
            for (Kind kind : values()) {
                if (kind.key().equals(key)) {
                    return kind;
                }
            }
            throw new UserError("Unknown colour-neutral kind '" + key + "'; expected restain or haematoxylin.");
        }
    }

    private final Kind kind;
    private final long seed;

    public ColorNeutral(TileSource source, Kind kind, long seed) {
        super(source);
        this.kind = kind;
        this.seed = seed;
    }

    /** Both parts of a split, which draw different stains. */
    public static Split of(Split split, Kind kind, long seed) {
        return new Split(
                new ColorNeutral(split.train(), kind, seed),
                new ColorNeutral(split.test(), kind, SeededGenerator.mix(seed, 1)));
    }

    @Override
    void recolor(int index, byte[] rgb) {
        switch (kind) {
            case RESTAIN ->
                RandomStain.draw(new SplittableRandom(SeededGenerator.mix(seed, index)))
                        .apply(rgb);
            case HAEMATOXYLIN -> RandomStain.haematoxylin(rgb);
        }
    }

    @Override
    String change() {
        return kind + " " + seed;
    }
}
