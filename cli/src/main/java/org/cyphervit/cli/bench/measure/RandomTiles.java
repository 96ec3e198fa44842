package org.cyphervit.cli.bench.measure;

import java.util.Random;
import org.cyphervit.data.UnlabelledTiles;
import org.cyphervit.image.RgbImage;

/**
 * Tiles that need no decoding, so that what follows is timed alone: always the same noise.
 *
 * @param size how many
 * @param image each of them
 */
public record RandomTiles(int size, RgbImage image) implements UnlabelledTiles {
    /** @param side of the tiles, pixels */
    public static RandomTiles of(int size, int side) {
        byte[] rgb = new byte[3 * side * side];
        new Random(0).nextBytes(rgb);
        return new RandomTiles(size, new RgbImage(side, side, rgb));
    }

    @Override
    public String name(int index) {
        return Integer.toString(index);
    }

    @Override
    public RgbImage read(int index) {
        return image;
    }

    @Override
    public String fingerprint() {
        return "noise";
    }
}
