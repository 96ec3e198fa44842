package org.cyphervit.slide;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.cyphervit.image.RgbImage;

/** Slides for tests of other packages. */
public final class SlideTestFiles {
    private SlideTestFiles() {}

    /**
     * A square BigTIFF without a pyramid that holds the same tile at the columns and rows from {@code first} up to {@code
     * end}, and nothing elsewhere.
     */
    public static void sparse(Path file, long side, int tile, double mpp, int first, int end, RgbImage pixels)
            throws IOException {
        TinyTiff.write(
                file,
                true,
                List.of(new TinyTiff.Picture(
                        side,
                        side,
                        tile,
                        TinyTiff.Codec.JPEG,
                        "",
                        mpp,
                        (x, y) -> Math.min(x, y) >= first && Math.max(x, y) < end ? pixels : null)));
    }
}
