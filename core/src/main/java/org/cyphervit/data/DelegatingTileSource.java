package org.cyphervit.data;

import java.io.IOException;
import java.util.List;
import org.cyphervit.image.RgbImage;
import org.jspecify.annotations.Nullable;

/** A source that is another one but for what a subclass changes; that its pixels are those of the file, it does not say. */
public abstract class DelegatingTileSource implements TileSource {
    private final TileSource source;

    protected DelegatingTileSource(TileSource source) {
        this.source = source;
    }

    /** What is wrapped. */
    protected final TileSource source() {
        return source;
    }

    @Override
    public int size() {
        return source.size();
    }

    @Override
    public String name(int index) {
        return source.name(index);
    }

    @Override
    public RgbImage read(int index) throws IOException {
        return source.read(index);
    }

    @Override
    public List<String> classes() {
        return source.classes();
    }

    @Override
    public int label(int index) {
        return source.label(index);
    }

    @Override
    public @Nullable String group(int index) {
        return source.group(index);
    }

    @Override
    public int set(int index) {
        return source.set(index);
    }

    @Override
    public double target(int index) {
        return source.target(index);
    }

    @Override
    public String fingerprint() {
        return source.fingerprint();
    }
}
