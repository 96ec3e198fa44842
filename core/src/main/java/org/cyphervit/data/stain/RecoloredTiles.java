package org.cyphervit.data.stain;

import java.io.IOException;
import org.cyphervit.data.DelegatingTileSource;
import org.cyphervit.data.Fingerprint;
import org.cyphervit.data.TileSource;
import org.cyphervit.image.RgbImage;

/** Tiles of another source whose colours are changed as they are read. */
abstract class RecoloredTiles extends DelegatingTileSource {
    RecoloredTiles(TileSource source) {
        super(source);
    }

    /** Changes interleaved RGB in place. */
    abstract void recolor(int index, byte[] rgb);

    /** What is done to the colours, for the fingerprint: the same text, the same change. */
    abstract String change();

    @Override
    public final RgbImage read(int index) throws IOException {
        RgbImage image = source().read(index);
        byte[] rgb = image.rgb().clone();
        recolor(index, rgb);
        return new RgbImage(image.width(), image.height(), rgb);
    }

    @Override
    public final String fingerprint() {
        Fingerprint fingerprint = new Fingerprint();
        fingerprint.add(super.fingerprint());
        fingerprint.add(change());
        return fingerprint.hex();
    }
}
