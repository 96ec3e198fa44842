package org.cyphervit.cli.bench.measure;

import java.util.List;
import java.util.Random;
import org.cyphervit.data.TileSource;
import org.cyphervit.image.RgbImage;

/**
 * Tiles that need no decoding, so that what follows is timed alone: always the same noise.
 *
 * @param size how many
 * @param image each of them
 */
public record RandomTiles(int size, RgbImage image) implements TileSource {
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
    public List<String> classes() {
        return List.of();
    }

    @Override
    public int label(int index) {
        return -1;
    }

    @Override
    public String fingerprint() {
        return "noise";
    }
}
