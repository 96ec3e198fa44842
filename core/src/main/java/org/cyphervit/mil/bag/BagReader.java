package org.cyphervit.mil.bag;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.UserError;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/** Reads bags into tensors. Memory is that of one bag. */
public final class BagReader {
    /** What one buffer can address. */
    private static final long MOST = Integer.MAX_VALUE;

    private BagReader() {}

    /** All instances of an example, (N,D), on the CPU. */
    public static Tensor read(Example example) throws IOException {
        Tensor tensor = empty(example, example.rows());
        ByteBuffer bytes = Tensors.buffer(tensor);
        try (Channels channels = new Channels()) {
            for (Bag bag : example.bags()) {
                for (Bag.Span span : bag.spans()) {
                    bytes.limit(bytes.position() + 4 * span.rows() * bag.width());
                    fill(channels.of(span.file()), span.offset(), bytes, bag);
                }
            }
        }
        return tensor;
    }

    /**
     * Some instances, drawn without replacement and kept in their order; all where there are not more.
     *
     * @param most how many; 0 for all
     */
    public static Tensor read(Example example, int most, RandomGenerator random) throws IOException {
        if (most == 0 || example.rows() <= most) {
            return read(example);
        }
        int[] chosen = choose(example.rows(), most, random);
        Tensor tensor = empty(example, most);
        ByteBuffer bytes = Tensors.buffer(tensor);
        int next = 0;
        int before = 0;
        try (Channels channels = new Channels()) {
            for (Bag bag : example.bags()) {
                int row = 4 * bag.width();
                for (Bag.Span span : bag.spans()) {
                    for (; next < most && chosen[next] < before + span.rows(); next++) {
                        bytes.limit(bytes.position() + row);
                        long at = span.offset() + (long) row * (chosen[next] - before);
                        fill(channels.of(span.file()), at, bytes, bag);
                    }
                    before += span.rows();
                }
            }
        }
        return tensor;
    }

    /**
     * Looks through a bag for numbers that are not finite.
     *
     * @throws UserError naming file and row of the first
     */
    public static void requireFinite(Bag bag) throws IOException {
        int row = 0;
        for (Bag.Span span : bag.spans()) {
            int block = Math.clamp((1 << 22) / bag.width(), 1, 1 << 16);
            for (int first = 0; first < span.rows(); first += block) {
                int count = Math.min(block, span.rows() - first);
                Bag.Span part = new Bag.Span(span.file(), span.offset() + 4L * first * bag.width(), count);
                Bag some = new Bag(bag.slide(), bag.file(), bag.encoder(), bag.width(), List.of(part), null);
                try (Scope scope = Scope.open()) {
                    Tensor values = read(new Example("", "", List.of(some), Target.ofClass(-1)));
                    Tensor broken = torch.isfinite(values).logical_not().any(1);
                    if (broken.any().item_bool()) {
                        long at = broken.nonzero().select(0, 0).item_long();
                        throw new UserError("Row " + (row + at + 1) + " of '" + bag.file() + "' (slide '" + bag.slide()
                                + "') has features that are not finite. Embed the slide again.");
                    }
                }
                row += count;
            }
        }
    }

    /** The file that is read at present: spans that follow each other are mostly of one. */
    private static final class Channels implements AutoCloseable {
        private @Nullable Path file;
        private @Nullable FileChannel channel;

        FileChannel of(Path wanted) throws IOException {
            FileChannel open = channel;
            if (open == null || !wanted.equals(file)) {
                close();
                open = FileChannel.open(wanted, StandardOpenOption.READ);
                channel = open;
                file = wanted;
            }
            return open;
        }

        @Override
        public void close() throws IOException {
            if (channel != null) {
                channel.close();
            }
        }
    }

    private static Tensor empty(Example example, int rows) {
        if (4L * rows * example.width() > MOST) {
            throw new UserError(
                    "'" + example.name() + "' has " + rows + " x " + example.width()
                            + " features, more than the 2 GiB that a bag may have. Take fewer slides per bag, or larger tiles.");
        }
        return torch.empty(rows, example.width());
    }

    private static void fill(FileChannel channel, long position, ByteBuffer bytes, Bag bag) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            int read = channel.read(bytes, at);
            if (read < 0) {
                throw new UserError("'" + bag.file() + "' ends within the features of slide '" + bag.slide()
                        + "'; it was cut while it was in use.");
            }
            at += read;
        }
    }

    // Numbers below n, rising (a partial Fisher-Yates shuffle).
    private static int[] choose(int n, int count, RandomGenerator random) {
        int[] all = IntStream.range(0, n).toArray();
        for (int i = 0; i < count; i++) {
            int j = i + random.nextInt(n - i);
            int swapped = all[i];
            all[i] = all[j];
            all[j] = swapped;
        }
        int[] chosen = Arrays.copyOf(all, count);
        Arrays.sort(chosen);
        return chosen;
    }
}
