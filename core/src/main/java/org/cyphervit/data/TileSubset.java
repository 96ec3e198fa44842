package org.cyphervit.data;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.cyphervit.image.RgbImage;
import org.jspecify.annotations.Nullable;

/** Some tiles of another source, in a given order. */
public record TileSubset(TileSource source, List<Integer> indices) implements TileSource {
    public TileSubset {
        indices = List.copyOf(indices);
    }

    @Override
    public int size() {
        return indices.size();
    }

    @Override
    public String name(int index) {
        return source.name(indices.get(index));
    }

    @Override
    public RgbImage read(int index) throws IOException {
        return source.read(indices.get(index));
    }

    @Override
    public List<String> classes() {
        return source.classes();
    }

    @Override
    public int label(int index) {
        return source.label(indices.get(index));
    }

    @Override
    public @Nullable String group(int index) {
        return source.group(indices.get(index));
    }

    @Override
    public int set(int index) {
        return source.set(indices.get(index));
    }

    @Override
    public double target(int index) {
        return source.target(indices.get(index));
    }

    @Override
    public Optional<EncodedTile> encoded(int index) throws IOException {
        return source.encoded(indices.get(index));
    }

    @Override
    public String fingerprint() {
        Fingerprint fingerprint = new Fingerprint();
        fingerprint.add(source.fingerprint());
        indices.forEach(index -> fingerprint.add(index.toString()));
        return fingerprint.hex();
    }
}
