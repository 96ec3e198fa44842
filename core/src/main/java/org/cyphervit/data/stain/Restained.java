package org.cyphervit.data.stain;

import java.io.IOException;
import org.cyphervit.data.DelegatingTileSource;
import org.cyphervit.data.TileSource;
import org.cyphervit.image.RgbImage;
import org.cyphervit.stain.StainFit;

/** Tiles of one centre in the stains of another: what a robust encoder should not mind. */
public final class Restained extends DelegatingTileSource {
    private final StainFit own;
    private final StainFit target;

    /**
     * @param own stains of the source, measured over its tiles
     * @param target the other centre's, by the same method
     */
    public Restained(TileSource source, StainFit own, StainFit target) {
        super(source);
        this.own = own;
        this.target = target;
    }

    @Override
    public RgbImage read(int index) throws IOException {
        RgbImage image = source().read(index);
        byte[] rgb = image.rgb().clone();
        own.recolor(rgb, target);
        return new RgbImage(image.width(), image.height(), rgb);
    }
}
