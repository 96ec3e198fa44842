package org.cyphervit.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The safetensors format: eight bytes of little-endian header length, a JSON header of names, types, shapes and offsets,
 * and the raw values. Nothing in it can execute.
 */
public final class SafeTensors {
    /** Headers beyond this are refused before memory is reserved for them; ten thousand tensors take one MiB. */
    private static final long MAX_HEADER = 16L << 20;

    private static final int MAX_TENSORS = 1 << 16;
    private static final int MAX_DIMENSIONS = 16;
    private static final int SHOWN_TEXT = 200;

    /** Names in a message. */
    private static final int SHOWN = 12;

    private static final int CHUNK = 1 << 26;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<String, ScalarType> TYPES = Map.of(
            "F32", ScalarType.Float,
            "F64", ScalarType.Double,
            "F16", ScalarType.Half,
            "BF16", ScalarType.BFloat16,
            "I64", ScalarType.Long,
            "I32", ScalarType.Int,
            "I16", ScalarType.Short,
            "I8", ScalarType.Char,
            "U8", ScalarType.Byte,
            "BOOL", ScalarType.Bool);

    private SafeTensors() {}

    /**
     * A file's contents.
     *
     * @param tensors by name in the order of the file, on the CPU; they belong to the scope they were read in
     * @param metadata the header's free text entries
     */
    public record Contents(Map<String, Tensor> tensors, Map<String, String> metadata) {
        /** The tensor of that name. */
        public Tensor tensor(String name) {
            Tensor tensor = tensors.get(name);
            if (tensor == null) {
                throw new UserError("There is no tensor '" + name + "'; there are " + tensors.keySet() + ".");
            }
            return tensor;
        }

        /** The tensors whose names start with a prefix, without it. */
        public Map<String, Tensor> under(String prefix) {
            Map<String, Tensor> found = new LinkedHashMap<>();
            tensors.forEach((name, tensor) -> {
                if (name.startsWith(prefix)) {
                    found.put(name.substring(prefix.length()), tensor);
                }
            });
            return found;
        }
    }

    /**
     * Reads a whole file.
     *
     * @throws UserError if it is no safetensors file, naming the file and what is wrong
     */
    public static Contents read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            Header header = header(file, channel);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (Entry entry : header.entries) {
                Tensor tensor = torch.empty(entry.shape, Tensors.options(entry.type), null);
                fill(channel, header.dataStart + entry.begin, tensor);
                tensors.put(entry.name, tensor);
            }
            return new Contents(tensors, header.metadata);
        }
    }

    /**
     * Reads values straight into tensors that are there, so that large weights are in memory once.
     *
     * @param prefix of the names in the file
     * @param targets by names without it; each must be in the file, and no other with the prefix
     * @throws UserError if names or shapes differ, naming file and tensors; then no target has changed
     */
    public static void readInto(Path file, String prefix, Map<String, Tensor> targets) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            Header header = header(file, channel);
            Map<String, Entry> entries = new LinkedHashMap<>();
            header.entries.stream()
                    .filter(entry -> entry.name.startsWith(prefix))
                    .forEach(entry -> entries.put(entry.name.substring(prefix.length()), entry));
            requireSame(file, entries, targets);
            for (Map.Entry<String, Entry> named : entries.entrySet()) {
                Entry entry = named.getValue();
                Tensor target = Objects.requireNonNull(targets.get(named.getKey()));
                boolean direct =
                        target.is_cpu() && target.is_contiguous() && target.scalar_type().value == entry.type.value;
                try (Scope scope = Scope.open();
                        NoGradGuard noGrad = new NoGradGuard()) {
                    Tensor values = direct ? target : torch.empty(entry.shape, Tensors.options(entry.type), null);
                    fill(channel, header.dataStart + entry.begin, values);
                    if (!direct) {
                        target.copy_(values);
                    }
                }
            }
        }
    }

    private static void requireSame(Path file, Map<String, Entry> entries, Map<String, Tensor> targets) {
        List<String> wrong = new ArrayList<>();
        targets.forEach((name, target) -> {
            Entry entry = entries.get(name);
            long[] wanted = Tensors.shape(target);
            if (entry == null) {
                wrong.add("no " + name);
            } else if (!Arrays.equals(entry.shape, wanted)) {
                wrong.add(name + " of shape " + Arrays.toString(entry.shape) + ", expected " + Arrays.toString(wanted));
            } else if (entry.end - entry.begin != target.numel() * torch.elementSize(entry.type)) {
                wrong.add(name + " of " + (entry.end - entry.begin) + " bytes");
            }
        });
        entries.keySet().stream().filter(name -> !targets.containsKey(name)).forEach(name -> wrong.add("also " + name));
        if (!wrong.isEmpty()) {
            throw new UserError("'" + file + "' does not hold the weights that are expected: it has "
                    + String.join("; ", wrong.subList(0, Math.min(SHOWN, wrong.size())))
                    + (wrong.size() > SHOWN ? "; and " + (wrong.size() - SHOWN) + " more" : "") + ".");
        }
    }

    /** Only the free text entries, without reading any tensor. */
    public static Map<String, String> metadata(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return header(file, channel).metadata;
        }
    }

    /**
     * Writes a file in one atomic step: a reader sees the old file or the new, never a part.
     *
     * @throws UserError if the disk is full, saying how much is missing; an earlier file stays
     */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        Map<String, Object> header = new LinkedHashMap<>();
        if (!metadata.isEmpty()) {
            header.put("__metadata__", metadata);
        }
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            long end = offset + tensor.nbytes();
            // In one order, so that equal tensors make equal files.
            Map<String, Object> described = new LinkedHashMap<>();
            described.put("dtype", name(entry.getKey(), tensor.scalar_type()));
            described.put("shape", Tensors.shape(tensor));
            described.put("data_offsets", new long[] {offset, end});
            header.put(entry.getKey(), described);
            offset = end;
        }
        byte[] json = JSON.writeValueAsBytes(header);
        byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8); // data starts 8-byte aligned
        Arrays.fill(padded, json.length, padded.length, (byte) ' ');
        AtomicFiles.write(file, 8 + padded.length + offset, channel -> {
            ByteBuffer start = ByteBuffer.allocate(8 + padded.length).order(ByteOrder.LITTLE_ENDIAN);
            writeFully(channel, start.putLong(padded.length).put(padded).flip());
            for (Tensor tensor : tensors.values()) {
                write(channel, tensor.detach().cpu().contiguous());
            }
        });
    }

    private record Entry(String name, ScalarType type, long[] shape, long begin, long end) {}

    private record Header(List<Entry> entries, Map<String, String> metadata, long dataStart) {}

    private static Header header(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < 8) {
            throw broken(file, "it has only " + size + " bytes");
        }
        long length = readFully(channel, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN), 0)
                .getLong(0);
        if (length < 2 || length > MAX_HEADER || length > size - 8) {
            throw broken(file, "its header length is " + length + " in a file of " + size + " bytes");
        }
        byte[] json = readFully(channel, ByteBuffer.allocate((int) length), 8).array();
        JsonNode root;
        try {
            root = JSON.readTree(new String(json, StandardCharsets.UTF_8));
        } catch (JacksonException e) {
            throw broken(file, "its header is no JSON");
        }
        if (!root.isObject()) {
            throw broken(file, "its header is no JSON object");
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        root.path("__metadata__")
                .properties()
                .forEach(e -> metadata.put(e.getKey(), e.getValue().asString("")));
        long dataSize = size - 8 - length;
        if (root.size() > MAX_TENSORS) {
            throw broken(file, "it has " + root.size() + " tensors; at most " + MAX_TENSORS + " are read");
        }
        List<Entry> entries = root.properties().stream()
                .filter(property -> !property.getKey().equals("__metadata__"))
                .map(property -> entry(file, property.getKey(), property.getValue(), dataSize))
                .toList();
        requireApart(file, entries);
        return new Header(entries, metadata, 8 + length);
    }

    // Tensors that share bytes would make a small file take any amount of memory.
    private static void requireApart(Path file, List<Entry> entries) {
        List<Entry> inOrder = entries.stream()
                .filter(entry -> entry.end > entry.begin)
                .sorted(Comparator.comparingLong(Entry::begin))
                .toList();
        for (int i = 1; i < inOrder.size(); i++) {
            Entry before = inOrder.get(i - 1);
            Entry entry = inOrder.get(i);
            if (entry.begin < before.end) {
                throw broken(
                        file,
                        "the tensors '" + before.name + "' and '" + entry.name + "' overlap: offsets " + before.begin
                                + " to " + before.end + " and " + entry.begin + " to " + entry.end);
            }
        }
    }

    private static Entry entry(Path file, String name, JsonNode node, long dataSize) {
        ScalarType type = TYPES.get(node.path("dtype").asString(""));
        JsonNode shapeNode = node.path("shape");
        JsonNode offsets = node.path("data_offsets");
        if (type == null || !shapeNode.isArray() || !offsets.isArray() || offsets.size() != 2) {
            String told = node.toString();
            throw broken(
                    file,
                    "tensor '" + name + "' has no known dtype, shape or data_offsets: "
                            + told.substring(0, Math.min(SHOWN_TEXT, told.length())));
        }
        if (shapeNode.size() > MAX_DIMENSIONS) {
            throw broken(file, "tensor '" + name + "' has " + shapeNode.size() + " dimensions");
        }
        long[] shape = new long[shapeNode.size()];
        long bytes = torch.elementSize(type);
        boolean fits = true;
        boolean empty = false;
        try {
            for (int i = 0; i < shape.length; i++) {
                shape[i] = whole(shapeNode.get(i));
                empty |= shape[i] == 0;
                // Of an empty tensor too, whose strides the engine computes.
                bytes = Math.multiplyExact(bytes, Math.max(1, shape[i]));
                fits &= shape[i] >= 0;
            }
        } catch (ArithmeticException e) {
            fits = false;
        }
        bytes = empty ? 0 : bytes;
        long begin = whole(offsets.get(0));
        long end = whole(offsets.get(1));
        if (!fits || begin < 0 || end < begin || end > dataSize) {
            throw broken(
                    file,
                    "tensor '" + name + "' has shape " + Arrays.toString(shape) + " and offsets " + begin + " to " + end
                            + " in " + dataSize + " bytes of data");
        }
        if (bytes != end - begin) {
            throw broken(
                    file,
                    "tensor '" + name + "' of shape " + Arrays.toString(shape) + " needs " + bytes
                            + " bytes, its offsets give " + (end - begin));
        }
        return new Entry(name, type, shape, begin, end);
    }

    // -1 for what is no whole number.
    private static long whole(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToLong() ? node.asLong() : -1;
    }

    private static void fill(FileChannel channel, long position, Tensor tensor) throws IOException {
        for (long done = 0; done < tensor.nbytes(); done += CHUNK) {
            readFully(channel, chunk(tensor, done), position + done);
        }
    }

    private static void write(FileChannel channel, Tensor tensor) throws IOException {
        for (long done = 0; done < tensor.nbytes(); done += CHUNK) {
            writeFully(channel, chunk(tensor, done));
        }
    }

    // A window onto the tensor's own memory, so that nothing is copied on the heap.
    private static ByteBuffer chunk(Tensor tensor, long from) {
        BytePointer bytes = new BytePointer(tensor.data_ptr());
        bytes.position(from).limit(Math.min(tensor.nbytes(), from + CHUNK));
        return bytes.asByteBuffer();
    }

    private static ByteBuffer readFully(FileChannel channel, ByteBuffer buffer, long position) throws IOException {
        int start = buffer.position();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position() - start) < 0) {
                throw new IOException("unexpected end of file");
            }
        }
        return buffer;
    }

    private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static String name(String tensor, ScalarType type) {
        return TYPES.entrySet().stream()
                .filter(entry -> entry.getValue().value == type.value)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new UserError("Tensor '" + tensor + "' has a type safetensors cannot hold."));
    }

    private static UserError broken(Path file, String why) {
        return new UserError("'" + file + "' is no intact safetensors file: " + why + ".");
    }
}
