package org.cyphervit.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a run: one safetensors file per saved step, each with a checksum, the newest few kept. A file that
 * was cut or altered is passed over for the one before it.
 */
public final class CheckpointStore {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
    private static final Pattern NAME = Pattern.compile("step-(\\d{9})\\.safetensors");
    private static final String CHECKSUM = "crc32c";
    private static final String STEP = "step";

    private final Path folder;
    private final int keep;

    /** @param keep how many to keep, at least 1 */
    public CheckpointStore(Path folder, int keep) {
        this.folder = folder;
        this.keep = keep;
    }

    /** Where a saved step is, and what was noted with it. */
    public record Saved(long step, Path file, Map<String, String> notes) {}

    /**
     * Saves a step in one atomic move, then drops what is older than the newest {@code keep}.
     *
     * @param notes free text kept in the file's header
     * @throws UserError if the disk is full; earlier checkpoints stay
     */
    public Path save(long step, Map<String, Tensor> state, Map<String, String> notes) throws IOException {
        Path file = folder.resolve("step-%09d.safetensors".formatted(step));
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> onCpu = new LinkedHashMap<>();
            state.forEach(
                    (name, tensor) -> onCpu.put(name, tensor.detach().cpu().contiguous()));
            Map<String, String> all = new LinkedHashMap<>(notes);
            all.put(STEP, Long.toString(step));
            all.put(CHECKSUM, checksum(onCpu));
            SafeTensors.write(file, onCpu, all);
        }
        List<Path> files = files();
        for (Path old : files.subList(0, Math.max(0, files.size() - keep))) {
            Files.deleteIfExists(old);
        }
        return file;
    }

    /** The newest intact checkpoint's place, if there is any. */
    public Optional<Saved> latest() throws IOException {
        for (Path file : files().reversed()) {
            try (Scope scope = Scope.open()) {
                SafeTensors.Contents contents = SafeTensors.read(file);
                requireIntact(file, contents);
                Matcher matcher = NAME.matcher(String.valueOf(file.getFileName()));
                if (matcher.matches()) {
                    return Optional.of(new Saved(Long.parseLong(matcher.group(1)), file, contents.metadata()));
                }
            } catch (UserError | IOException e) {
                LOG.warn("Checkpoint passed over: {}", e.getMessage());
            }
        }
        return Optional.empty();
    }

    /**
     * Copies a checkpoint's tensors into those of the same names.
     *
     * @throws UserError if a name or shape differs, naming it
     */
    public static void load(Path file, Map<String, Tensor> state) throws IOException {
        try (Scope scope = Scope.open();
                var noGrad = new org.bytedeco.pytorch.NoGradGuard()) {
            SafeTensors.Contents contents = SafeTensors.read(file);
            requireIntact(file, contents);
            for (Map.Entry<String, Tensor> entry : state.entrySet()) {
                Tensor saved = contents.tensor(entry.getKey());
                if (!java.util.Arrays.equals(Tensors.shape(saved), Tensors.shape(entry.getValue()))) {
                    throw new UserError("'" + file + "' holds '" + entry.getKey() + "' with shape "
                            + java.util.Arrays.toString(Tensors.shape(saved)) + "; this run needs "
                            + java.util.Arrays.toString(Tensors.shape(entry.getValue()))
                            + ". It belongs to another recipe.");
                }
                entry.getValue().copy_(saved);
            }
        }
    }

    private static void requireIntact(Path file, SafeTensors.Contents contents) {
        String expected = contents.metadata().get(CHECKSUM);
        String got = checksum(contents.tensors());
        if (expected != null && !expected.equals(got)) {
            throw new UserError("'" + file + "' was altered since it was written: its checksum is " + got
                    + ", expected " + expected + ".");
        }
    }

    private static String checksum(Map<String, Tensor> tensors) {
        CRC32C crc = new CRC32C();
        tensors.values().forEach(tensor -> crc.update(Tensors.buffer(tensor)));
        return Long.toHexString(crc.getValue());
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return new ArrayList<>(files.filter(file ->
                            NAME.matcher(String.valueOf(file.getFileName())).matches())
                    .sorted(Comparator.comparing(file -> String.valueOf(file.getFileName())))
                    .toList());
        }
    }
}
