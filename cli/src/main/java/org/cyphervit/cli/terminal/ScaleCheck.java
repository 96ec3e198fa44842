package org.cyphervit.cli.terminal;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.data.sets.TileLocation;

/** Whether tiles show as much tissue as those that an encoder was trained on. */
public final class ScaleCheck {
    private static final double TOLERATED = 1.25; // random crops of training span more

    private ScaleCheck() {}

    /** Says so where both are known and differ. */
    public static void warn(List<String> tiles, Backbone backbone) throws IOException {
        OptionalDouble theirs = backbone.spec().tileMicrons(backbone.config());
        OptionalDouble ours = theirs.isPresent() ? TileLocation.tileMicrons(tiles) : OptionalDouble.empty();
        if (ours.isPresent() && differ(ours.getAsDouble(), theirs.orElseThrow())) {
            System.err.printf(
                    Locale.ROOT,
                    "Warning: these tiles are %.4g microns wide, the encoder was trained on %.4g. Its features may be poor;"
                            + " cut tiles of its scale: tile --size %d --target-mpp %.4g.%n",
                    ours.getAsDouble(),
                    theirs.getAsDouble(),
                    backbone.imageSize(),
                    backbone.spec().micronsPerPixel());
        }
    }

    private static boolean differ(double a, double b) {
        return Math.max(a, b) > TOLERATED * Math.min(a, b);
    }
}
