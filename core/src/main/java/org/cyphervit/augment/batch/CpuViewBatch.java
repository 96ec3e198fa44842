package org.cyphervit.augment.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.augment.Normalization;
import org.cyphervit.augment.ViewMeasure;
import org.cyphervit.augment.ViewSpec;
import org.cyphervit.augment.Views;
import org.cyphervit.image.RgbImage;

/**
 * Views whose pixels were made on the CPU.
 *
 * @param step the training step they were drawn for
 * @param tiles indices of the tiles
 * @param views per view of the recipe: B images of interleaved RGB
 * @param sizes side of each view's images, pixels
 * @param measured per view of the recipe: B rows of what the loader was asked to measure
 */
public record CpuViewBatch(long step, int[] tiles, List<byte[]> views, int[] sizes, List<float[]> measured)
        implements ViewBatch {
    @Override
    public List<Tensor> tensors(Device device, Normalization normalization) {
        List<Tensor> tensors = new ArrayList<>();
        for (int v = 0; v < sizes.length; v++) {
            tensors.add(normalization.images(views.get(v), tiles.length, sizes[v], device));
        }
        return tensors;
    }

    /** Makes the views of a tile as it comes and lets go of the tile. */
    static final class Maker implements BatchMaker {
        private final List<ViewSpec> specs;
        private final List<ViewMeasure> measures;
        private final List<byte[]> views = new ArrayList<>();
        private final List<float[]> measured = new ArrayList<>();
        private int added;

        Maker(List<ViewSpec> specs, List<ViewMeasure> measures, int tiles) {
            this.specs = specs;
            this.measures = measures;
            specs.forEach(spec -> {
                views.add(new byte[tiles * 3 * spec.size() * spec.size()]);
                measured.add(new float[tiles * measures.size()]);
            });
        }

        @Override
        public void add(RgbImage tile, RandomGenerator random) {
            for (int v = 0; v < specs.size(); v++) {
                Views.Drawn drawn = Views.draw(tile, specs.get(v), random, measures);
                byte[] view = drawn.view().rgb();
                System.arraycopy(view, 0, views.get(v), added * view.length, view.length);
                System.arraycopy(drawn.measured(), 0, measured.get(v), added * measures.size(), measures.size());
            }
            added++;
        }

        @Override
        public ViewBatch batch(long step, int[] tiles) {
            return new CpuViewBatch(
                    step, tiles, views, specs.stream().mapToInt(ViewSpec::size).toArray(), measured);
        }
    }
}
