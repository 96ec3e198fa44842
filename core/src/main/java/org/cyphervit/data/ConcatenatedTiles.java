package org.cyphervit.data;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.cyphervit.image.RgbImage;
import org.jspecify.annotations.Nullable;

/** Several sources as one, without labels unless there is only one: what a pre-training run over many folders reads. */
public final class ConcatenatedTiles implements UnlabelledTiles {
    private final List<TileSource> sources;
    private final int[] starts;

    private ConcatenatedTiles(List<TileSource> sources) {
        this.sources = List.copyOf(sources);
        this.starts = new int[sources.size() + 1];
        for (int s = 0; s < sources.size(); s++) {
            starts[s + 1] = Math.addExact(starts[s], sources.get(s).size());
        }
    }

    /** The source itself if there is only one. */
    public static TileSource of(List<TileSource> sources) {
        return sources.size() == 1 ? sources.getFirst() : new ConcatenatedTiles(sources);
    }

    @Override
    public int size() {
        return starts[sources.size()];
    }

    @Override
    public String name(int index) {
        int s = source(index);
        return s + "/" + sources.get(s).name(index - starts[s]);
    }

    @Override
    public RgbImage read(int index) throws IOException {
        int s = source(index);
        return sources.get(s).read(index - starts[s]);
    }

    @Override
    public @Nullable String group(int index) {
        int s = source(index);
        return sources.get(s).group(index - starts[s]);
    }

    @Override
    public int set(int index) {
        return source(index);
    }

    @Override
    public Optional<EncodedTile> encoded(int index) throws IOException {
        int s = source(index);
        return sources.get(s).encoded(index - starts[s]);
    }

    @Override
    public String fingerprint() {
        Fingerprint fingerprint = new Fingerprint();
        sources.forEach(source -> fingerprint.add(source.fingerprint()));
        return fingerprint.hex();
    }

    private int source(int index) {
        int s = 0;
        while (index >= starts[s + 1]) {
            s++;
        }
        return s;
    }
}
