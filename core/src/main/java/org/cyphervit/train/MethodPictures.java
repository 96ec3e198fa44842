package org.cyphervit.train;

import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.augment.Views;
import org.cyphervit.data.TileSource;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.ssl.SslMethod;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;

/** The picture that a method makes of some tiles at the end of a run (MAE: its reconstructions), always of the same. */
final class MethodPictures {
    private static final int TILES = 8;

    private MethodPictures() {}

    /** Writes a PNG, or nothing where the method has no picture. */
    static void write(Path file, SslMethod method, TileSource source, Device device) throws IOException {
        int side = method.encoder().config().imageSize();
        int count = Math.min(TILES, source.size());
        byte[] rgb = new byte[3 * side * side * count];
        for (int i = 0; i < count; i++) {
            int tile = (int) ((long) i * source.size() / count);
            byte[] view;
            try {
                view = Views.whole(source.read(tile), side).rgb();
            } catch (IOException e) {
                continue; // a tile that cannot be read any more is black here, and named at the end of the run
            }
            System.arraycopy(view, 0, rgb, i * view.length, view.length);
        }
        try (Scope scope = Scope.open()) {
            Tensor images = method.encoder().normalized(rgb, count, side, device);
            RgbImage picture = method.picture(images, new SeededGenerator(0, device));
            if (picture != null) {
                AtomicFiles.write(file, ImageFiles.encode(".png", picture));
            }
        }
    }
}
