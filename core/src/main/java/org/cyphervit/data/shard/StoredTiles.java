package org.cyphervit.data.shard;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.cyphervit.data.EncodedTile;
import org.cyphervit.data.Fingerprint;
import org.cyphervit.data.TileSource;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.jspecify.annotations.Nullable;

/** Tiles that are image files within other files. */
final class StoredTiles implements TileSource {
    private final List<Tile> tiles;
    private final List<String> classes;
    private final @Nullable String fingerprint;

    /** Reads the bytes of an image file. */
    @FunctionalInterface
    interface Content {
        byte[] read() throws IOException;
    }

    /**
     * A tile.
     *
     * @param name unique
     * @param place for messages: the file and what is in it
     * @param extension of the image file
     * @param size of the image file, bytes
     */
    record Tile(
            String name,
            String place,
            String extension,
            long size,
            int label,
            @Nullable String group,
            double target,
            Content content) {}

    /**
     * @param fingerprint of the source that was packed; null to make one of names, sizes and labels
     */
    StoredTiles(List<Tile> tiles, List<String> classes, @Nullable String fingerprint) {
        this.tiles = List.copyOf(tiles);
        this.classes = List.copyOf(classes);
        this.fingerprint = fingerprint;
    }

    @Override
    public int size() {
        return tiles.size();
    }

    @Override
    public String name(int index) {
        return tiles.get(index).name;
    }

    @Override
    public RgbImage read(int index) throws IOException {
        return ImageFiles.decode(bytes(index), tiles.get(index).place);
    }

    @Override
    public Optional<EncodedTile> encoded(int index) throws IOException {
        return Optional.of(new EncodedTile(tiles.get(index).extension, bytes(index)));
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public int label(int index) {
        return tiles.get(index).label;
    }

    @Override
    public @Nullable String group(int index) {
        return tiles.get(index).group;
    }

    @Override
    public double target(int index) {
        return tiles.get(index).target;
    }

    @Override
    public String fingerprint() {
        if (fingerprint != null) {
            return fingerprint;
        }
        Fingerprint made = new Fingerprint();
        tiles.forEach(tile -> made.add(tile.name + "\t" + tile.size + "\t" + tile.label));
        return made.hex();
    }

    private byte[] bytes(int index) throws IOException {
        try {
            return tiles.get(index).content.read();
        } catch (InternalError e) { // a mapped file was cut meanwhile
            throw new IOException("'" + tiles.get(index).place + "' cannot be read any more", e);
        }
    }
}
