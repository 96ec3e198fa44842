package org.cyphervit.embed;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.augment.Views;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.Unreadable;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * Features of whole tiles: each is resized to a square, normalised and passed through the backbone in evaluation
 * mode. Decoding runs ahead in threads; memory does not grow with the number of tiles beyond the features themselves.
 *
 * @param size side of the images given to the backbone, pixels; a multiple of the patch
 * @param batch images per forward pass
 * @param device where the backbone is
 * @param precision of the forward pass
 * @param threads that decode
 * @param choice which numbers stand for a tile
 */
public record Embedder(int size, int batch, String device, Precision precision, int threads, FeatureChoice choice) {
    public Embedder {
        if (size < 8 || batch < 1 || threads < 1) {
            throw new UserError("Embedding needs a size of at least 8 pixels, a batch and threads of at least 1; got "
                    + size + ", " + batch + " and " + threads + ".");
        }
    }

    /** Pooled features at the backbone's own image size, in float32. */
    public static Embedder of(Backbone backbone, String device) {
        return of(backbone, 0, device, FeatureChoice.POOLED);
    }

    /**
     * In float32.
     *
     * @param size side of the images, pixels; 0 for the backbone's own
     */
    public static Embedder of(Backbone backbone, int size, String device, FeatureChoice choice) {
        return new Embedder(
                size == 0 ? backbone.imageSize() : size,
                EmbeddingBatch.of(backbone, size == 0 ? backbone.imageSize() : size),
                device,
                Precision.FP32,
                Math.clamp(Runtime.getRuntime().availableProcessors() - 1, 1, 8),
                choice);
    }

    /** The same in another precision of the forward pass. */
    public Embedder withPrecision(Precision other) {
        return new Embedder(size, batch, device, other, threads, choice);
    }

    /**
     * Features of tiles.
     *
     * @param indices of the tiles that could be read, rising
     * @param features a row for each of them
     * @param unreadable names of those that could not be
     */
    public record Result(int[] indices, FeatureMatrix features, List<String> unreadable) {
        public Result {
            unreadable = List.copyOf(unreadable);
        }
    }

    private record Decoded(int first, List<Integer> indices, byte[] rgb) {}

    /** Features of all tiles of a source. */
    public Result embed(Backbone backbone, TileSource source) {
        return embed(backbone, source, done -> {});
    }

    /**
     * Features of all tiles of a source.
     *
     * @param progress receives how many tiles are done
     * @throws UserError if more than a tenth of the tiles cannot be read
     */
    public Result embed(Backbone backbone, TileSource source, IntConsumer progress) {
        Unreadable unreadable = new Unreadable();
        Result result = embed(backbone, source, progress, unreadable);
        unreadable.requireFew(source.size());
        return result;
    }

    /**
     * The same of whatever can be read.
     *
     * @param unreadable told the tiles that cannot
     * @throws UserError if none can
     */
    public Result embed(Backbone backbone, TileSource source, IntConsumer progress, Unreadable unreadable) {
        Rows rows = new Rows(source.size());
        List<Integer> indices = new ArrayList<>();
        BlockingQueue<Future<Decoded>> ahead = new ArrayBlockingQueue<>(threads + 1);
        try (ExecutorService decoders = Executors.newFixedThreadPool(
                        threads, Thread.ofPlatform().daemon().factory());
                Scope all = Scope.open()) {
            Device where = Engine.device(device);
            int submitted = 0;
            for (int first = 0; first < source.size(); first += batch) {
                while (submitted < source.size() && ahead.remainingCapacity() > 0) {
                    int start = submitted;
                    ahead.add(decoders.submit(() -> decode(source, start, unreadable)));
                    submitted += batch;
                }
                Decoded decoded = take(ahead);
                if (!decoded.indices.isEmpty()) {
                    rows.add(forward(backbone, decoded, where));
                    indices.addAll(decoded.indices);
                }
                progress.accept(Math.min(source.size(), first + batch));
            }
        }
        if (indices.isEmpty()) {
            unreadable.requireFew(source.size());
        }
        return new Result(indices.stream().mapToInt(Integer::intValue).toArray(), rows.read(), unreadable.names());
    }

    /** Features of one batch after another; the newest stay where they are, so that a GPU has work while others are read. */
    private static final class Rows {
        private final int most;
        private float[] values = {};
        private int width; // known with the first batch
        private int count;
        private @Nullable Tensor newest;

        private Rows(int most) {
            this.most = most;
        }

        private void add(Tensor features) {
            Tensor before = newest;
            newest = features;
            read(before);
        }

        private FeatureMatrix read() {
            read(newest);
            newest = null;
            return new FeatureMatrix(Arrays.copyOf(values, count * width), width);
        }

        private void read(@Nullable Tensor features) {
            if (features == null) {
                return;
            }
            try (Scope scope = Scope.open()) {
                float[] rows = Tensors.floats(features);
                if (width == 0) {
                    width = Math.toIntExact(features.size(1));
                    values = new float[Math.multiplyExact(most, width)];
                }
                System.arraycopy(rows, 0, values, count * width, rows.length);
                count += rows.length / width;
            }
            Scope.free(features);
        }
    }

    private Decoded decode(TileSource source, int first, Unreadable unreadable) {
        int last = Math.min(source.size(), first + batch);
        int pixels = 3 * size * size;
        byte[] rgb = new byte[(last - first) * pixels];
        List<Integer> indices = new ArrayList<>();
        for (int i = first; i < last; i++) {
            try {
                byte[] one = Views.whole(source.read(i), size).rgb();
                System.arraycopy(one, 0, rgb, indices.size() * pixels, pixels);
                indices.add(i);
            } catch (IOException e) {
                unreadable.add(source.name(i), e);
            }
        }
        return new Decoded(first, indices, rgb);
    }

    // The features, which the caller frees.
    private Tensor forward(Backbone backbone, Decoded decoded, Device where) {
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            int count = decoded.indices.size();
            byte[] rgb = count == batch ? decoded.rgb : Arrays.copyOf(decoded.rgb, count * 3 * size * size);
            Tensor images = backbone.normalized(rgb, count, size, where);
            return Scope.keep(precision.run(where, () -> choice.of(backbone, images)));
        }
    }

    private static Decoded take(BlockingQueue<Future<Decoded>> ahead) {
        try {
            return ahead.take().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("Interrupted while reading tiles.", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof UserError error ? error : new IllegalStateException(e.getCause());
        }
    }
}
