package org.cyphervit.mil.bag;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.cyphervit.file.Writing;

/**
 * Where features are unpacked to that are stored in chunks, compressed or as half floats: plain float32, read again and again
 * while training. Gone when closed; what a killed program left is gone when its folder is used again.
 */
final class Scratch implements AutoCloseable {
    private static final String PREFIX = "features-";
    private static final String ENDING = ".f32";

    private final Path folder;
    private final List<Path> files = new ArrayList<>();

    /** @param folder that no other program uses */
    Scratch(Path folder) throws IOException {
        this.folder = folder;
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, PREFIX + "*" + ENDING)) {
                left.forEach(files::add);
            }
            close();
            files.clear();
        }
    }

    /** Gives rows, some at a time. */
    interface Blocks {
        /** Rows from there on, flattened. */
        float[] rows(int first, int count) throws IOException;
    }

    /** Unpacks an array. */
    Bag.Span unpack(int rows, int width, Blocks blocks) throws IOException {
        Writing.folder(folder);
        Path file = Files.createTempFile(folder, PREFIX, ENDING);
        files.add(file);
        int block = Math.clamp((1 << 20) / width, 1, 4096);
        ByteBuffer buffer = ByteBuffer.allocateDirect(4 * block * width).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int first = 0; first < rows; first += block) {
                int count = Math.min(block, rows - first);
                buffer.clear();
                buffer.asFloatBuffer().put(blocks.rows(first, count));
                buffer.limit(4 * count * width);
                Writing.of(file, () -> {
                    while (buffer.hasRemaining()) {
                        channel.write(buffer);
                    }
                });
            }
        }
        return new Bag.Span(file, 0, rows);
    }

    @Override
    public void close() throws IOException {
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
        if (!files.isEmpty() && Files.isDirectory(folder)) {
            try (var left = Files.list(folder)) {
                if (left.findAny().isEmpty()) {
                    Files.delete(folder);
                }
            }
        }
    }
}
