package org.cyphervit.data;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.cyphervit.image.RgbImage;

/** Tiles that are painted once: a test that trains for hundreds of steps reads each as many times. */
public final class KeptTiles extends DelegatingTileSource {
    private final Map<Integer, RgbImage> kept = new ConcurrentHashMap<>();

    public KeptTiles(TileSource source) {
        super(source);
    }

    @Override
    public RgbImage read(int index) throws IOException {
        RgbImage image = kept.get(index);
        if (image == null) {
            image = super.read(index);
            kept.put(index, image);
        }
        return image;
    }
}
