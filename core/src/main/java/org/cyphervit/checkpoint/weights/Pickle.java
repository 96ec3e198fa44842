package org.cyphervit.checkpoint.weights;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.regex.Pattern;
import org.cyphervit.UserError;
import org.jspecify.annotations.Nullable;

/**
 * Reads Python's pickle (protocols 0 to 4) as data only: no class is looked up and nothing is called. Calls become {@link
 * Call} values, which the reader of a format interprets or ignores, so a hostile file cannot execute anything.
 *
 * <p>Values: {@link Dict}, List (for tuples, lists and sets), String, Long, Double, Boolean, byte[], null, {@link Global},
 * {@link Call}, {@link Persistent}. They may refer to each other in any way, a list to itself too: nothing here or in a
 * caller asks for their hash code, equality or text, which would go on forever.
 */
final class Pickle {
    private static final Object MARK = new Object();
    /** Values and places in the memo; a checkpoint of thousands of tensors has some hundred thousand. */
    private static final int MAX_OBJECTS = 1 << 22;

    private static final Pattern HOSTILE = Pattern.compile(
            "((os|posix|nt|subprocess|sys|shutil|socket|importlib|runpy|pty|ctypes|webbrowser|code|multiprocessing)(\\..*)?"
                    + "|(builtins|__builtin__)\\.(eval|exec|compile|open|getattr|setattr|__import__|input|breakpoint))");

    private final String name;
    private final ByteBuffer in;
    private final ArrayList<@Nullable Object> stack = new ArrayList<>();
    private final Map<Integer, @Nullable Object> memo = new HashMap<>();
    private int objects;

    private Pickle(byte[] bytes, String name) {
        this.name = name;
        this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A dictionary: its keys and values by turns, in the order of the file; a key may come again. */
    static final class Dict {
        private final List<@Nullable Object> items = new ArrayList<>();

        int size() {
            return items.size() / 2;
        }

        @Nullable
        Object key(int i) {
            return items.get(2 * i);
        }

        @Nullable
        Object value(int i) {
            return items.get(2 * i + 1);
        }
    }

    /** A class or function that the file names. */
    record Global(String module, String name) {
        boolean is(String qualified) {
            return qualified.equals(module + "." + name);
        }
    }

    /** A call that Python would make: not made. */
    record Call(@Nullable Object function, List<@Nullable Object> arguments) {}

    /** An object kept outside of the pickle. */
    record Persistent(@Nullable Object id) {}

    /**
     * The value of a pickle.
     *
     * @param name of the file, for messages
     */
    static @Nullable Object read(byte[] bytes, String name) {
        Pickle pickle = new Pickle(bytes, name);
        try {
            return pickle.run();
        } catch (BufferUnderflowException
                | IndexOutOfBoundsException
                | NoSuchElementException
                | ClassCastException
                | ArithmeticException
                | IllegalArgumentException
                | NullPointerException e) {
            throw new UserError(
                    "'" + name + "' holds a pickle that is broken at byte " + pickle.in.position() + ".", e);
        }
    }

    private @Nullable Object run() {
        while (true) {
            int code = in.get() & 0xff;
            if (code == '.') {
                return pop();
            }
            if (++objects > MAX_OBJECTS) { // an operation makes at most one
                throw new IllegalArgumentException("more than " + MAX_OBJECTS + " objects");
            }
            step(code);
        }
    }

    private void step(int code) {
        switch (code) {
            case 0x80 -> in.get(); // protocol
            case 0x95 -> in.getLong(); // frame
            case '(' -> stack.add(MARK);
            case '0' -> pop();
            case '1' -> marked();
            case '2' -> stack.add(stack.getLast());
            case 'N' -> stack.add(null);
            case 0x88 -> stack.add(true);
            case 0x89 -> stack.add(false);
            case 'J' -> stack.add((long) in.getInt());
            case 'K' -> stack.add((long) (in.get() & 0xff));
            case 'M' -> stack.add((long) (in.getShort() & 0xffff));
            case 0x8a -> stack.add(integer(bytes(in.get() & 0xff)));
            case 0x8b -> stack.add(integer(bytes(in.getInt())));
            case 'G' -> stack.add(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
            case 'I' -> stack.add(number(line()));
            case 'L' -> stack.add(Long.valueOf(line().replace("L", "")));
            case 'F' -> stack.add(Double.valueOf(line()));
            case 'X', 'T' -> stack.add(text(in.getInt()));
            case 0x8c, 'U' -> stack.add(text(in.get() & 0xff));
            case 0x8d -> stack.add(text(Math.toIntExact(in.getLong())));
            case 'V', 'S' -> stack.add(line());
            case 'C' -> stack.add(bytes(in.get() & 0xff));
            case 'B' -> stack.add(bytes(in.getInt()));
            case 0x8e -> stack.add(bytes(Math.toIntExact(in.getLong())));
            case '}' -> stack.add(new Dict());
            case ']', ')', 0x8f -> stack.add(new ArrayList<>());
            case 't', 'l', 0x91 -> stack.add(marked());
            case 'd' -> {
                Dict dict = new Dict();
                putAll(dict, marked());
                stack.add(dict);
            }
            case 0x85 -> stack.add(last(1));
            case 0x86 -> stack.add(last(2));
            case 0x87 -> stack.add(last(3));
            default -> objects(code);
        }
    }

    private void objects(int code) {
        switch (code) {
            case 'a', 'e', 0x90 -> {
                List<@Nullable Object> items = code == 'a' ? last(1) : marked();
                list(stack.getLast()).addAll(items);
            }
            case 's', 'u' -> {
                List<@Nullable Object> items = code == 's' ? last(2) : marked();
                if (stack.getLast() instanceof Dict dict) {
                    putAll(dict, items); // an object with items of its own is left as it is
                }
            }
            case 'q' -> memo.put(in.get() & 0xff, stack.getLast());
            case 'r' -> memo.put(in.getInt(), stack.getLast());
            case 'p' -> memo.put(Integer.valueOf(line()), stack.getLast());
            case 0x94 -> memo.put(memo.size(), stack.getLast());
            case 'h' -> stack.add(memo.get(in.get() & 0xff));
            case 'j' -> stack.add(memo.get(in.getInt()));
            case 'g' -> stack.add(memo.get(Integer.valueOf(line())));
            case 'c' -> stack.add(new Global(line(), line()));
            case 0x93 -> {
                List<@Nullable Object> names = last(2);
                stack.add(new Global((String) names.get(0), (String) names.get(1)));
            }
            case 'Q' -> stack.add(new Persistent(pop()));
            case 'P' -> stack.add(new Persistent(line()));
            case 'R', 0x81 -> {
                List<@Nullable Object> both = last(2);
                stack.add(call(both.get(0), list(both.get(1))));
            }
            case 'o', 'i' -> {
                Object function = code == 'i' ? new Global(line(), line()) : null;
                List<@Nullable Object> arguments = marked();
                stack.add(call(function == null ? arguments.removeFirst() : function, arguments));
            }
            case 'b' -> pop(); // the state of an object we do not make
            default -> throw new IllegalArgumentException("unknown opcode " + code);
        }
    }

    // Reading calls nothing whatever it says. But who loads such a file in Python runs it, so it is refused by name.
    private @Nullable Object call(@Nullable Object function, List<@Nullable Object> arguments) {
        if (function instanceof Global global
                && HOSTILE.matcher(global.module + "." + global.name).matches()) {
            throw new UserError("'" + name + "' is a pickle that runs " + global.module + "." + global.name
                    + " when Python loads it; weights do not need that. Nothing was run. Do not load the file anywhere; get the"
                    + " weights as .safetensors from a source that you trust.");
        }
        boolean ordered = function instanceof Global global && global.is("collections.OrderedDict");
        return ordered ? new Dict() : new Call(function, arguments);
    }

    private static void putAll(Dict dict, List<@Nullable Object> items) {
        dict.items.addAll(items.subList(0, items.size() / 2 * 2));
    }

    @SuppressWarnings("unchecked")
    private static List<@Nullable Object> list(@Nullable Object value) {
        return (List<@Nullable Object>) Objects.requireNonNull(value);
    }

    private @Nullable Object pop() {
        return stack.removeLast();
    }

    private List<@Nullable Object> last(int count) {
        List<@Nullable Object> end = stack.subList(stack.size() - count, stack.size());
        List<@Nullable Object> copy = new ArrayList<>(end);
        end.clear();
        return copy;
    }

    private List<@Nullable Object> marked() {
        int mark = stack.lastIndexOf(MARK);
        List<@Nullable Object> items = last(stack.size() - mark - 1);
        stack.remove(mark);
        return items;
    }

    private byte[] bytes(int count) {
        if (count < 0 || count > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }

    private String text(int count) {
        return new String(bytes(count), StandardCharsets.UTF_8);
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        for (byte b = in.get(); b != '\n'; b = in.get()) {
            line.append((char) (b & 0xff));
        }
        return line.toString();
    }

    private static Object number(String line) {
        return line.equals("00") ? (Object) false : line.equals("01") ? (Object) true : (Object) Long.valueOf(line);
    }

    // Of more than 64 bits no use is made.
    private static Object integer(byte[] littleEndian) {
        if (littleEndian.length > 8) {
            return littleEndian;
        }
        byte[] big = new byte[littleEndian.length];
        for (int i = 0; i < big.length; i++) {
            big[i] = littleEndian[big.length - 1 - i];
        }
        return big.length == 0 ? 0L : new java.math.BigInteger(big).longValueExact();
    }
}
