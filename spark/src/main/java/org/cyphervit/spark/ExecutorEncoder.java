package org.cyphervit.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.broadcast.Broadcast;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;

/** One LibTorch and one copy of the weights in each executor, shared by its tasks. */
final class ExecutorEncoder {
    private static final Map<Long, Backbone> LOADED = new ConcurrentHashMap<>();

    private ExecutorEncoder() {}

    /** The encoder of a broadcast file, loaded by the first task that asks. */
    static Backbone of(Broadcast<byte[]> file, String device) {
        return LOADED.computeIfAbsent(file.id(), id -> load(file.value(), device));
    }

    private static Backbone load(byte[] encoder, String device) {
        try {
            Path copy = Files.createTempFile("encoder-", ".safetensors");
            try {
                Files.write(copy, encoder);
                return EncoderFile.read(copy, Scope.keep(Engine.device(device)));
            } finally {
                Files.delete(copy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
