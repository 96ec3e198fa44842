package org.cyphervit.interpret.map;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.image.RgbImage;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.tissue.Overview;
import org.cyphervit.slide.tissue.TissueMask;
import org.cyphervit.slide.tissue.TissueOptions;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * Maps a slide, band by band from the top:
 *
 * <ol>
 *   <li>Find the tissue on a small overview and, if asked to, measure the stains there, once.
 *   <li>Read a band: a row of windows of the size that the encoder was trained on, half of each overlapping the next, so that
 *       no seam shows, and a little more for the shifts.
 *   <li>Show each window with enough tissue to the encoder, at shifts x shifts places a fraction of a patch apart, which
 *       makes the map finer.
 *   <li>Add the shares of the tokens to the map's rows, weighted least at a window's border. Windows that do not overlap
 *       are tiles: their features are kept.
 *   <li>Rows that no later window adds to are divided by their weights and handed on.
 * </ol>
 *
 * Memory grows with the width of the slide, not with its area; only the features of its tiles are kept.
 */
public final class SlideMapper {
    private static final int BATCH = 32;

    /** Windows with less tissue are not shown: their maps would be of glass. */
    private static final double LEAST = 0.01;

    private final Backbone backbone;
    private final Slide slide;
    private final MapOptions options;
    private final Device device;
    private final MapShape shape;
    private final List<Window> waiting = new ArrayList<>();
    private final Tally tally = new Tally();
    private final MapAccumulator bands;
    private final TissueMask mask;
    private final Optional<SlideNormalizer> stain;

    // tile: one of those that do not overlap, with enough tissue, to be embedded
    private record Window(byte[] pixels, int row, int column, boolean tile, long x, long y) {}

    private SlideMapper(Backbone backbone, Slide slide, MapOptions options, Device device) {
        this.backbone = backbone;
        this.slide = slide;
        this.options = options;
        this.device = device;
        this.shape = MapShape.of(
                slide.bounds(),
                options.mpp() / slide.mpp(),
                backbone.imageSize(),
                backbone.config().patch(),
                options.shifts());
        this.bands = new MapAccumulator(shape, tokens());
        TissueOptions tissue = TissueOptions.standard();
        double downsample = Math.max(1, tissue.mpp() / slide.mpp());
        this.mask = TissueMask.of(Overview.of(slide, downsample), downsample * slide.mpp(), tissue);
        this.stain = options.target().map(target -> SlideNormalizer.measure(slide, mask, shape.downsample(), target));
    }

    /**
     * Maps a slide.
     *
     * @param backbone on {@code device}
     * @param rows receives the map
     * @param progress receives how many of 1000 parts are done
     * @throws UserError if the slide does not say its scale, or has no tissue
     */
    public static SlideMap map(
            Backbone backbone, Slide slide, MapOptions options, Device device, MapRows rows, IntConsumer progress)
            throws IOException {
        return new SlideMapper(backbone, slide, options, device).run(rows, progress);
    }

    private SlideMap run(MapRows rows, IntConsumer progress) throws IOException {
        rows.begin(shape.width(), shape.height(), bands.tokens());
        int last = (shape.height() + shape.stride() - 1) / shape.stride();
        for (int r = 0; r <= last; r++) {
            band(r);
            bands.emit((r - 1) * shape.stride(), rows);
            progress.accept(1000 * (r + 1) / (last + 1));
        }
        if (tally.places.isEmpty()) {
            throw new UserError("'" + slide.path() + "' has no tile of "
                    + Math.round(shape.window() * options.mpp()) + " microns with "
                    + Math.round(100 * options.leastTissue()) + " % tissue. Is the scale right ("
                    + slide.calibration() + ")?");
        }
        double side = shape.scale() * slide.mpp() / 1000; // millimetres per map pixel
        return new SlideMap(
                shape.width(),
                shape.height(),
                shape.scale(),
                shape.x(),
                shape.y(),
                bands.areas(),
                bands.shares(),
                bands.certainty(),
                bands.area() * side * side,
                tally.tiles((int) Math.round(shape.window() * shape.downsample()), shape.window()));
    }

    // The r-th row of windows, the first beginning a stride above the map.
    private void band(int r) {
        int top = (r - 1) * shape.stride();
        int width = shape.bandColumns() * shape.unit();
        int height = (shape.span() + shape.shifts()) * shape.unit();
        RgbImage band = slide.read(
                shape.x() - (long) shape.stride() * shape.scale(),
                shape.y() + (long) top * shape.scale(),
                shape.downsample(),
                width,
                height);
        MirrorPadding.beyond(
                band,
                (long) shape.stride() * shape.unit(),
                (long) -top * shape.unit(),
                Math.round(slide.bounds().width() / shape.downsample()),
                Math.round(slide.bounds().height() / shape.downsample()));
        stain.ifPresent(change -> change.normalize(band.rgb()));
        bands.tissue(tissue(top));
        for (int i = 0; i < shape.shifts(); i++) {
            for (int j = 0; j < shape.shifts(); j++) {
                for (int c = 0; c * shape.stride() < shape.width() + shape.stride(); c++) {
                    int column = c * shape.stride() + j;
                    double tissue = tissue(i, column);
                    if (tissue >= LEAST) {
                        boolean tile = i == 0 && j == 0 && r % 2 == 1 && c % 2 == 1 && tissue >= options.leastTissue();
                        show(band, r, i, column, tile);
                    }
                }
            }
        }
        flush();
    }

    // (rows, columns) of a band
    private float[] tissue(int top) {
        int columns = shape.bandColumns();
        int rows = shape.span() + shape.shifts();
        float[] shares = new float[rows * columns];
        for (int i = 0; i < shares.length; i++) {
            int x = i % columns - shape.stride();
            int y = top + i / columns;
            if (x >= 0 && y >= 0 && x < shape.width() && y < shape.height()) {
                shares[i] = (float)
                        mask.coverage(shape.x() + x * shape.scale(), shape.y() + y * shape.scale(), shape.scale());
            }
        }
        return shares;
    }

    private double tissue(int row, int column) {
        double sum = 0;
        for (int i = 0; i < shape.span(); i++) {
            for (int j = 0; j < shape.span(); j++) {
                sum += bands.tissue(row + i, column + j);
            }
        }
        return sum / (shape.span() * shape.span());
    }

    private void show(RgbImage band, int r, int row, int column, boolean tile) {
        int W = shape.window();
        byte[] pixels = new byte[3 * W * W];
        for (int y = 0; y < W; y++) {
            int from = (row * shape.unit() + y) * band.width() + column * shape.unit();
            System.arraycopy(band.rgb(), 3 * from, pixels, 3 * y * W, 3 * W);
        }
        long x = Math.round(shape.x() + (column - shape.stride()) * shape.scale());
        long y = Math.round(shape.y() + ((r - 1) * shape.stride() + row) * shape.scale());
        waiting.add(new Window(pixels, row, column, tile, x, y));
        if (waiting.size() == BATCH) {
            flush();
        }
    }

    private void flush() {
        if (waiting.isEmpty()) {
            return;
        }
        int W = shape.window();
        byte[] rgb = new byte[waiting.size() * 3 * W * W];
        for (int i = 0; i < waiting.size(); i++) {
            System.arraycopy(waiting.get(i).pixels, 0, rgb, i * 3 * W * W, 3 * W * W);
        }
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor images = backbone.normalized(rgb, waiting.size(), W, device);
            float[] shares = Tensors.floats(backbone.maps(images)); // (B,N,K)
            int perWindow = shares.length / waiting.size();
            for (int i = 0; i < waiting.size(); i++) {
                Window window = waiting.get(i);
                bands.add(shares, i * perWindow, window.row, window.column);
                if (window.tile) {
                    Tensor one = images.narrow(0, i, 1);
                    float[] feature = Tensors.floats(backbone.feature(one, ForwardMode.evaluation()));
                    tally.add(window.x, window.y, feature, mean(shares, i * perWindow, perWindow));
                }
            }
        }
        waiting.clear();
    }

    private float[] mean(float[] shares, int from, int count) {
        int K = bands.tokens();
        float[] mean = new float[K];
        for (int i = 0; i < count; i++) {
            mean[i % K] += shares[from + i] * K / count;
        }
        return mean;
    }

    private int tokens() {
        byte[] blank = new byte[3 * shape.window() * shape.window()];
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            return Math.toIntExact(backbone.maps(backbone.normalized(blank, 1, shape.window(), device))
                    .size(2));
        }
    }

    private static final class Tally {
        private final List<long[]> places = new ArrayList<>();
        private final List<float[]> features = new ArrayList<>();
        private final List<float[]> shares = new ArrayList<>();

        void add(long x, long y, float[] feature, float[] share) {
            places.add(new long[] {x, y});
            features.add(feature);
            shares.add(share);
        }

        SlideMap.MapTiles tiles(int side, int pixels) {
            return new SlideMap.MapTiles(
                    matrix(features),
                    places.stream().flatMapToLong(java.util.Arrays::stream).toArray(),
                    side,
                    pixels,
                    matrix(shares));
        }

        private static FeatureMatrix matrix(List<float[]> rows) {
            int D = rows.getFirst().length;
            float[] values = new float[Math.multiplyExact(rows.size(), D)];
            for (int i = 0; i < rows.size(); i++) {
                System.arraycopy(rows.get(i), 0, values, i * D, D);
            }
            return new FeatureMatrix(values, D);
        }
    }
}
