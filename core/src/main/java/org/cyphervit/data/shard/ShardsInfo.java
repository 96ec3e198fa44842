package org.cyphervit.data.shard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cyphervit.UserError;
import org.cyphervit.file.AtomicFiles;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code shards.json} tells: written last, so that shards with it are whole.
 *
 * @param fingerprint of the source
 * @param classes in label order
 * @param tiles that were packed
 */
record ShardsInfo(String fingerprint, List<String> classes, int tiles, List<Shard> shards) {
    private static final int VERSION = 1;

    /** A shard; its checksum is SHA-256 in hex. */
    record Shard(String file, long bytes, String sha256) {}

    void write(Path folder) throws IOException {
        ObjectNode root = Shards.JSON.createObjectNode().put("version", VERSION);
        root.put("fingerprint", fingerprint).put("tiles", tiles);
        ArrayNode names = root.putArray("classes");
        classes.forEach(names::add);
        ArrayNode list = root.putArray("shards");
        shards.forEach(shard -> list.addObject()
                .put("file", shard.file)
                .put("bytes", shard.bytes)
                .put("sha256", shard.sha256));
        AtomicFiles.write(folder.resolve(Shards.ABOUT), root.toPrettyString() + "\n");
    }

    static ShardsInfo read(Path folder) throws IOException {
        Path file = folder.resolve(Shards.ABOUT);
        try {
            JsonNode root = Shards.JSON.readTree(Files.readAllBytes(file));
            if (root.path("version").asInt(0) != VERSION) {
                throw new UserError("'" + file + "' has the version " + root.path("version") + "; expected " + VERSION
                        + ". Pack the tiles again.");
            }
            List<String> classes = new ArrayList<>();
            root.path("classes").forEach(name -> classes.add(name.asString()));
            List<Shard> shards = new ArrayList<>();
            for (JsonNode shard : root.path("shards")) {
                String name = shard.path("file").asString();
                if (!name.matches("[\\w-]+\\.tar")) {
                    throw new UserError(
                            "'" + file + "' names the shard '" + name + "'; expected a plain name of a tar.");
                }
                shards.add(new Shard(
                        name, shard.path("bytes").asLong(), shard.path("sha256").asString()));
            }
            return new ShardsInfo(
                    root.path("fingerprint").asString(),
                    classes,
                    root.path("tiles").asInt(),
                    shards);
        } catch (JacksonException e) {
            throw new UserError("'" + file + "' is damaged: " + e.getOriginalMessage() + ". Pack the tiles again.", e);
        }
    }
}
