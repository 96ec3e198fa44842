package org.cyphervit.checkpoint.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.checkpoint.SafeTensors;
import tools.jackson.databind.JsonNode;

/**
 * Tensors of one file or of several: {@code .safetensors}, PyTorch's zip format whatever its ending ({@code .pth}, {@code
 * .pt}, {@code .bin}), or an index of shards ({@code *.index.json}), which names the file that each tensor is in.
 */
public final class WeightFiles {
    /** How the name of an index of shards ends. */
    public static final String INDEX = ".index.json";

    private static final long MAX_INDEX = 64L << 20;

    /** What a folder is searched for, the first that is there. */
    private static final List<String> USUAL =
            List.of("model.safetensors", "model.safetensors" + INDEX, "pytorch_model.bin", "pytorch_model.bin" + INDEX);

    private WeightFiles() {}

    /**
     * What was read.
     *
     * @param file that was meant
     * @param tensors by name, in the current scope
     * @param header the free text of a safetensors file; empty otherwise
     */
    record Read(Path file, Map<String, Tensor> tensors, Map<String, String> header) {}

    /** @param place a file, or a folder with one of the usual names */
    static Read read(Path place) throws IOException {
        Path file = file(place);
        if (String.valueOf(file.getFileName()).endsWith(INDEX)) {
            return new Read(file, read(file, shards(file)), Map.of());
        }
        if (isZip(file)) {
            return new Read(file, PthFile.read(file), Map.of());
        }
        SafeTensors.Contents contents = SafeTensors.read(file);
        return new Read(file, contents.tensors(), contents.metadata());
    }

    private static Path file(Path place) {
        if (Files.isRegularFile(place)) {
            return place;
        }
        if (!Files.isDirectory(place)) {
            throw new UserError(
                    "There are no weights at '" + place + "'. Name a .safetensors, .pth or .bin file, an index"
                            + " of shards (" + USUAL.get(1) + "), or a folder with one of these.");
        }
        return USUAL.stream()
                .map(place::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new UserError("The folder '" + place + "' has no weights: expected one of "
                        + String.join(", ", USUAL) + ". Name the file itself."));
    }

    /**
     * The shards that an index names, and the tensors that it says are in each.
     *
     * @throws UserError if it is no index, or names a file of another folder
     */
    public static Map<String, Set<String>> shards(Path index) throws IOException {
        if (Files.size(index) > MAX_INDEX) {
            throw new UserError("'" + index + "' has " + Files.size(index) + " bytes; an index of shards has at most "
                    + MAX_INDEX + ".");
        }
        JsonNode map;
        try {
            map = ConfigTree.parse(Files.readString(index)).path("weight_map");
        } catch (UserError e) {
            throw new UserError("'" + index + "' is no index of shards: " + e.getMessage(), e);
        }
        if (!map.isObject() || map.isEmpty()) {
            throw new UserError("'" + index + "' is no index of shards: it has no 'weight_map' from names to files.");
        }
        Map<String, Set<String>> shards = new TreeMap<>();
        map.properties().forEach(entry -> {
            String shard = entry.getValue().asString("");
            if (!shard.matches("[\\w.-]+")) {
                throw new UserError(
                        "'" + index + "' names the shard '" + shard + "'; expected a file name without folders.");
            }
            shards.computeIfAbsent(shard, file -> new TreeSet<>()).add(entry.getKey());
        });
        return shards;
    }

    private static Map<String, Tensor> read(Path index, Map<String, Set<String>> shards) throws IOException {
        Map<String, Tensor> all = new LinkedHashMap<>();
        for (Map.Entry<String, Set<String>> shard : shards.entrySet()) {
            Map<String, Tensor> tensors = shard(index, shard.getKey());
            TreeSet<String> missing = new TreeSet<>(shard.getValue());
            missing.removeAll(tensors.keySet());
            if (!missing.isEmpty()) {
                throw new UserError("The shard '" + index.resolveSibling(shard.getKey()) + "' lacks "
                        + WeightNames.sample(missing) + ", which '" + index.getFileName()
                        + "' says it holds. The files belong to different models, or one is incomplete: download them"
                        + " again.");
            }
            all.putAll(tensors);
        }
        return all;
    }

    private static Map<String, Tensor> shard(Path index, String name) throws IOException {
        Path file = index.resolveSibling(name);
        if (!Files.isRegularFile(file)) {
            throw new UserError("The shard '" + file + "' is missing, which '" + index.getFileName()
                    + "' names. Put all shards beside the index.");
        }
        return isZip(file) ? PthFile.read(file) : SafeTensors.read(file).tensors();
    }

    private static boolean isZip(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            byte[] start = stream.readNBytes(2);
            boolean safe = file.toString().endsWith(".safetensors");
            boolean zip = start.length == 2 && start[0] == 'P' && start[1] == 'K';
            if (!safe && !zip) {
                throw new UserError("'" + file + "' is neither a .safetensors file nor a zip file of torch.save. Files"
                        + " written before PyTorch 1.6 can be converted there: torch.save(torch.load(FILE), FILE).");
            }
            return zip && !safe;
        }
    }
}
