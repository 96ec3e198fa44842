package org.cyphervit.torch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Operations of the matrix products that LibTorch really does on the CPU, forward and backward alike. LibTorch writes them down
 * itself: its execution trace, which Python's profiler has too, names each operator that is dispatched, with the shapes of its
 * arguments. The Java binding leaves the trace out, so its four functions are called by their C++ names, which are those of
 * Linux.
 *
 * @see <a href="https://github.com/pytorch/pytorch/blob/main/torch/csrc/profiler/standalone/execution_trace_observer.h">LibTorch's
 *     execution_trace_observer.h</a>
 */
public final class ProductTrace {
    private static final String ADD =
            "_ZN5torch8profiler4impl25addExecutionTraceObserverERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE";
    private static final String ENABLE = "_ZN5torch8profiler4impl28enableExecutionTraceObserverEv";
    private static final String DISABLE = "_ZN5torch8profiler4impl29disableExecutionTraceObserverEv";
    private static final String REMOVE = "_ZN5torch8profiler4impl28removeExecutionTraceObserverEv";

    private static final String ATTENTION = "aten::_scaled_dot_product_flash_attention_for_cpu";
    private static final long STRING = 32; // bytes of libstdc++'s std::string: pointer, size, 16 for short texts

    private ProductTrace() {}

    /** Operations of each operator, such as {@code aten::addmm}; a multiplication with its addition counts as two. */
    public static Map<String, Double> of(Runnable work) {
        try {
            Path file = Files.createTempFile("products", ".json");
            try {
                traced(work, file);
                return products(JsonMapper.shared().readTree(file.toFile()).path("nodes"));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void traced(Runnable work, Path file) {
        observe(file);
        try {
            work.run();
        } finally {
            call(DISABLE, FunctionDescriptor.ofVoid());
            call(REMOVE, FunctionDescriptor.ofVoid()); // closes the file
        }
    }

    /** The sum over all operators. */
    public static double operations(Runnable work) {
        return of(work).values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private static void observe(Path file) {
        byte[] path = file.toString().getBytes(StandardCharsets.UTF_8);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment string = arena.allocate(STRING, Long.BYTES);
            string.set(ADDRESS, 0, arena.allocateFrom(JAVA_BYTE, path));
            string.set(JAVA_LONG, Long.BYTES, path.length);
            call(ADD, FunctionDescriptor.of(JAVA_BOOLEAN, ADDRESS), string);
        }
        call(ENABLE, FunctionDescriptor.ofVoid());
    }

    private static void call(String name, FunctionDescriptor type, Object... arguments) {
        MemorySegment function = SymbolLookup.loaderLookup().findOrThrow(name);
        try {
            Linker.nativeLinker().downcallHandle(function, type).invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException("LibTorch's execution trace could not be asked for", e);
        }
    }

    // linear, matmul and scaled_dot_product_attention dispatch to these, which dispatch to no other of them.
    private static Map<String, Double> products(JsonNode nodes) {
        Map<String, Double> sums = new TreeMap<>();
        for (JsonNode node : nodes) {
            String name = node.path("name").asString();
            JsonNode shapes = node.path("inputs").path("shapes");
            double operations = switch (name) {
                case "aten::mm", "aten::bmm", "aten::mv", "aten::dot" -> product(shapes.path(0), shapes.path(1));
                case "aten::addmm", "aten::baddbmm", "aten::addmv" -> product(shapes.path(1), shapes.path(2));
                case ATTENTION -> attention(shapes.path(0), shapes.path(1));
                // After the output's gradient. It also computes the scores again, to save memory: not counted.
                case ATTENTION + "_backward" -> 2 * attention(shapes.path(1), shapes.path(2));
                default -> none(name);
            };
            if (operations > 0) {
                sums.merge(name, operations, Double::sum);
            }
        }
        return sums;
    }

    private static double none(String name) {
        if (name.startsWith("aten::_scaled_dot_product")
                || name.matches("aten::_?(convolution|mkldnn|addmm|int_mm).*")) {
            throw new IllegalStateException("It is not known how many operations " + name + " has; count it here.");
        }
        return 0;
    }

    // (...,n,m) x (...,m,p), or (...,m) where the second is a vector
    private static double product(JsonNode left, JsonNode right) {
        double columns = right.size() < 2 ? 1 : right.path(right.size() - 1).asDouble();
        return 2 * numel(left) * columns;
    }

    // (B,H,N,d) and (B,H,M,d): scores and what they mix
    private static double attention(JsonNode queries, JsonNode keys) {
        return 4 * numel(queries) * keys.path(2).asDouble();
    }

    private static double numel(JsonNode shape) {
        double numel = 1;
        for (JsonNode size : shape) {
            numel *= size.asDouble();
        }
        return numel;
    }
}
