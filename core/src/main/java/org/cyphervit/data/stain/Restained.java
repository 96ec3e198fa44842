package org.cyphervit.data.stain;

import org.cyphervit.data.TileSource;
import org.cyphervit.stain.StainFit;

/** Tiles of one centre in the stains of another: what a robust encoder should not mind. */
public final class Restained extends RecoloredTiles {
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
    void recolor(int index, byte[] rgb) {
        own.recolor(rgb, target);
    }

    @Override
    String change() {
        return own.toJson() + " to " + target.toJson();
    }
}
