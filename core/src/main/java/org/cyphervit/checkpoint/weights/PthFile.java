package org.cyphervit.checkpoint.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/** Reads tensors from files of PyTorch's {@code torch.save} (the zip format, since version 1.6), executing nothing. */
final class PthFile {
    private static final long MAX_PICKLE = 64L << 20;
    /** Keys of nested dictionaries that are visited; a dictionary may be referred to from many places. */
    private static final int MAX_VISITS = 1 << 20;

    private static final int MAX_DEPTH = 8;
    private static final int MAX_KEY = 1000;
    private static final int MAX_DIMENSIONS = 16;

    private static final Map<String, ScalarType> TYPES = Map.of(
            "FloatStorage", ScalarType.Float,
            "DoubleStorage", ScalarType.Double,
            "HalfStorage", ScalarType.Half,
            "BFloat16Storage", ScalarType.BFloat16,
            "LongStorage", ScalarType.Long,
            "IntStorage", ScalarType.Int,
            "ShortStorage", ScalarType.Short,
            "CharStorage", ScalarType.Char,
            "ByteStorage", ScalarType.Byte,
            "BoolStorage", ScalarType.Bool);

    private final String name;
    private final ZipFile zip;
    private final String root;
    private final Map<String, Tensor> storages = new LinkedHashMap<>();
    private long visits;
    /** Bytes that storages may still take, and values that tensors may: several may lie in one storage. */
    private long bytesLeft;

    private long valuesLeft;

    private PthFile(String name, long fileBytes, ZipFile zip, String root) {
        this.name = name;
        this.zip = zip;
        this.root = root;
        this.bytesLeft = 16 * fileBytes + (1 << 20); // torch.save does not compress; who zips anew gains little
        this.valuesLeft = 16 * fileBytes + (1 << 20);
    }

    /** All tensors of nested dictionaries, by keys joined with dots, on the CPU in the current scope. */
    static Map<String, Tensor> read(Path file) throws IOException {
        String name = file.toString();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry pickle = pickle(zip);
            if (pickle == null) {
                throw new UserError("'" + name + "' is a zip without data.pkl, so not one of torch.save.");
            }
            if (pickle.getSize() > MAX_PICKLE || pickle.getSize() < 0) {
                throw new UserError("'" + name + "' has a pickle of " + pickle.getSize() + " bytes; at most "
                        + MAX_PICKLE + " are read.");
            }
            byte[] bytes;
            try (InputStream stream = zip.getInputStream(pickle)) {
                bytes = stream.readNBytes((int) pickle.getSize());
            }
            String path = pickle.getName();
            PthFile reader =
                    new PthFile(name, Files.size(file), zip, path.substring(0, path.length() - "data.pkl".length()));
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            Object value = Pickle.read(bytes, name);
            reader.collect("", value, tensors, 0);
            if (tensors.isEmpty()
                    && value instanceof Pickle.Call call
                    && call.function() instanceof Pickle.Global type) {
                throw new UserError("'" + name + "' holds a whole Python object, " + type.module() + "." + type.name()
                        + ", not its weights. Save them there: torch.save(model.state_dict(), FILE).");
            }
            return tensors;
        } catch (ZipException | EOFException | ArithmeticException | IllegalArgumentException e) {
            throw new UserError(
                    "'" + name + "' is a broken file of torch.save (" + e.getMessage()
                            + "). Copy or download it again.",
                    e);
        }
    }

    private static @Nullable ZipEntry pickle(ZipFile zip) {
        for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
            ZipEntry entry = entries.nextElement();
            if (entry.getName().equals("data.pkl") || entry.getName().endsWith("/data.pkl")) {
                return entry;
            }
        }
        return null;
    }

    private void collect(String prefix, @Nullable Object value, Map<String, Tensor> found, int depth)
            throws IOException {
        if (depth > MAX_DEPTH) {
            return; // weights are never as deep; a dictionary that holds itself would go on for ever
        }
        if (value instanceof Pickle.Dict dict) {
            for (int i = 0; i < dict.size(); i++) {
                if (++visits > MAX_VISITS) {
                    throw new UserError("'" + name + "' refers to more than " + MAX_VISITS + " values in its"
                            + " dictionaries; no file of weights has as many.");
                }
                // Keys of other types, such as tuples, are none of weights.
                if (dict.key(i) instanceof String || dict.key(i) instanceof Long) {
                    String key = prefix.isEmpty() ? dict.key(i) + "" : prefix + "." + dict.key(i);
                    if (key.length() <= MAX_KEY) {
                        collect(key, dict.value(i), found, depth + 1);
                    }
                }
            }
        } else if (value instanceof Pickle.Call call && call.function() instanceof Pickle.Global global) {
            if (global.is("torch._utils._rebuild_tensor_v2")) {
                found.put(prefix, tensor(prefix, call.arguments()));
            } else if (global.is("torch._utils._rebuild_parameter")
                    && !call.arguments().isEmpty()) {
                collect(prefix, call.arguments().getFirst(), found, depth + 1);
            }
        }
    }

    // Arguments: storage, offset, size, stride, ...
    private Tensor tensor(String key, List<@Nullable Object> arguments) throws IOException {
        if (arguments.size() < 4
                || !(arguments.get(0) instanceof Pickle.Persistent storage)
                || !(arguments.get(1) instanceof Long offset)
                || !(arguments.get(2) instanceof List<?> size)
                || !(arguments.get(3) instanceof List<?> stride)
                || size.size() != stride.size()
                || size.size() > MAX_DIMENSIONS) {
            throw broken(key, "has no storage, offset, size and stride");
        }
        Tensor values = storage(key, storage);
        long[] sizes = longs(key, size);
        long[] strides = longs(key, stride);
        long last = offset;
        long count = 1;
        boolean empty = false;
        for (int i = 0; i < sizes.length; i++) {
            empty |= sizes[i] == 0;
            count = Math.multiplyExact(count, Math.max(1, sizes[i]));
            last = Math.addExact(last, Math.multiplyExact(Math.max(0, sizes[i] - 1), strides[i]));
        }
        if (offset < 0 || (!empty && last >= values.size(0))) {
            throw broken(key, "reaches beyond its storage of " + values.size(0) + " values");
        }
        count = empty ? 0 : count;
        valuesLeft -= count;
        if (count > values.size(0) || valuesLeft < 0) {
            throw broken(
                    key,
                    "takes " + count + " values from a storage of " + values.size(0)
                            + " that it or others use many times over");
        }
        return values.as_strided(sizes, strides, new LongOptional(offset))
                .to(ScalarType.Float)
                .contiguous();
    }

    // Id: ("storage", type, key, location, count).
    private Tensor storage(String key, Pickle.Persistent persistent) throws IOException {
        if (!(persistent.id() instanceof List<?> id)
                || id.size() < 5
                || !(id.get(1) instanceof Pickle.Global type)
                || !(id.get(2) instanceof String entryName)
                || !(id.get(4) instanceof Long count)) {
            throw broken(key, "has no storage that is known");
        }
        Tensor known = storages.get(entryName);
        if (known != null) {
            return known;
        }
        ScalarType scalar = TYPES.get(type.name());
        ZipEntry entry = zip.getEntry(root + "data/" + entryName);
        if (scalar == null || entry == null) {
            throw broken(key, scalar == null ? "has values of type " + type.name() : "misses its values in the file");
        }
        long width = torch.elementSize(scalar);
        if (count < 0 || count > Integer.MAX_VALUE || entry.getSize() != Math.multiplyExact(count, width)) {
            throw broken(
                    key,
                    "says " + count + " values of " + width + " bytes, the file has " + entry.getSize() + " bytes");
        }
        bytesLeft -= count * width;
        if (bytesLeft < 0) {
            throw broken(key, "needs " + count * width + " bytes, more than the file can have packed");
        }
        Tensor values = torch.empty(new long[] {count}, Tensors.options(scalar), null);
        try (InputStream stream = zip.getInputStream(entry)) {
            BytePointer memory = new BytePointer(values.data_ptr());
            byte[] buffer = new byte[1 << 20];
            for (long done = 0; done < entry.getSize(); ) {
                int read = stream.readNBytes(buffer, 0, (int) Math.min(buffer.length, entry.getSize() - done));
                if (read == 0) {
                    throw broken(key, "ends too early");
                }
                memory.position(done).put(buffer, 0, read);
                done += read;
            }
        }
        storages.put(entryName, values);
        return values;
    }

    private long[] longs(String key, List<?> values) {
        long[] longs = new long[values.size()];
        for (int i = 0; i < longs.length; i++) {
            if (!(values.get(i) instanceof Long value) || value < 0) {
                throw broken(key, "has a size or stride that is no whole number from 0 on");
            }
            longs[i] = value;
        }
        return longs;
    }

    private UserError broken(String key, String why) {
        return new UserError("'" + name + "' is broken: tensor '" + key + "' " + why + ".");
    }
}
