package org.cyphervit.augment.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.augment.Normalization;
import org.cyphervit.augment.ViewDraw;
import org.cyphervit.augment.ViewSpec;
import org.cyphervit.image.RgbImage;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * Tiles and what was drawn for their views, whose pixels the device makes.
 *
 * @param step the training step they were drawn for
 * @param tiles indices of the tiles
 * @param pixels the tiles as one array of uint8
 * @param sizes side of each view's images, pixels
 * @param draws what was drawn, once for each size that occurs
 */
record DeviceViewBatch(long step, int[] tiles, Pixels pixels, int[] sizes, List<ViewNumbers> draws)
        implements ViewBatch {
    /**
     * Tiles of interleaved RGB in the upper left corners of equal frames.
     *
     * @param rgb (B,H,W,3)
     * @param height of the highest tile
     * @param width of the widest
     */
    record Pixels(byte[] rgb, int height, int width) {
        static Pixels of(List<RgbImage> tiles) {
            int H = tiles.stream().mapToInt(RgbImage::height).max().orElseThrow();
            int W = tiles.stream().mapToInt(RgbImage::width).max().orElseThrow();
            long bytes = 3L * tiles.size() * H * W;
            if (bytes > Integer.MAX_VALUE - 8) {
                throw new UserError("A batch of " + tiles.size() + " tiles, the largest of " + W + " x " + H
                        + " pixels, takes " + (bytes >> 20) + " MiB; views on the device take at most 2047. Lower"
                        + " run.batch, cut smaller tiles, or set run.views to CPU.");
            }
            byte[] rgb = new byte[(int) bytes];
            for (int b = 0; b < tiles.size(); b++) {
                RgbImage tile = tiles.get(b);
                int row = 3 * tile.width();
                for (int y = 0; y < tile.height(); y++) {
                    System.arraycopy(tile.rgb(), y * row, rgb, 3 * (b * H + y) * W, row);
                }
            }
            return new Pixels(rgb, H, W);
        }

        // (B,3,H,W), grey levels in float32
        Tensor planes(Device device) {
            int B = rgb.length / (3 * height * width);
            return Scope.only(() -> Tensors.ofBytes(rgb, device, B, height, width, 3)
                    .permute(0, 3, 1, 2)
                    .contiguous()
                    .to(ScalarType.Float));
        }
    }

    @Override
    public List<float[]> measured() {
        return Collections.nCopies(sizes.length, new float[0]);
    }

    @Override
    public List<Tensor> tensors(Device device, Normalization normalization) {
        Tensor planes = pixels.planes(device);
        Tensor[] tensors = new Tensor[sizes.length];
        for (ViewNumbers numbers : draws) {
            Tensor views = DeviceViews.of(planes, numbers, normalization, device);
            for (int i = 0; i < numbers.views().length; i++) {
                tensors[numbers.views()[i]] = views.narrow(0, (long) i * tiles.length, tiles.length);
            }
        }
        return List.of(tensors);
    }

    /** Draws for a tile as it comes and keeps it. */
    static final class Maker implements BatchMaker {
        private final List<ViewSpec> specs;
        private final List<RgbImage> tiles = new ArrayList<>();
        private final List<List<ViewDraw>> draws = new ArrayList<>(); // per view

        Maker(List<ViewSpec> specs) {
            this.specs = specs;
            specs.forEach(spec -> draws.add(new ArrayList<>()));
        }

        @Override
        public void add(RgbImage tile, RandomGenerator random) {
            tiles.add(tile);
            for (int v = 0; v < specs.size(); v++) {
                draws.get(v).add(ViewDraw.draw(tile.width(), tile.height(), specs.get(v), random));
            }
        }

        @Override
        public ViewBatch batch(long step, int[] indices) {
            int[] sizes = specs.stream().mapToInt(ViewSpec::size).toArray();
            List<ViewNumbers> numbers = Arrays.stream(sizes)
                    .distinct()
                    .mapToObj(size -> numbers(size, sizes))
                    .toList();
            return new DeviceViewBatch(step, indices, Pixels.of(tiles), sizes, numbers);
        }

        private ViewNumbers numbers(int size, int[] sizes) {
            int[] views = IntStream.range(0, sizes.length)
                    .filter(v -> sizes[v] == size)
                    .toArray();
            return ViewNumbers.of(
                    size,
                    views,
                    Arrays.stream(views)
                            .boxed()
                            .flatMap(v -> draws.get(v).stream())
                            .toList());
        }
    }
}
