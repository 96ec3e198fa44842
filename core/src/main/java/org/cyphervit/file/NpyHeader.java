package org.cyphervit.file;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cyphervit.UserError;

/**
 * What the header of a NumPy array says: a Python dictionary of three known keys, read character by character, so that a
 * hostile header costs no more time than its length.
 *
 * @param bigEndian whether values have their highest byte first
 * @param kind {@code f}, {@code i}, {@code u}, {@code b}, {@code U} or {@code S}
 * @param bytes per value
 * @param byColumn whether the first index runs fastest
 * @param shape length of each dimension
 */
record NpyHeader(boolean bigEndian, char kind, int bytes, boolean byColumn, long[] shape) {
    private static final int MAX_DIMENSIONS = 32;
    private static final int SHOWN = 120;

    /** @throws UserError naming the file and what its header says */
    static NpyHeader parse(String text, Path file) {
        return new Reader(text, file).header();
    }

    /** Walks over the text once. */
    private static final class Reader {
        private final String text;
        private final Path file;
        private int at;

        Reader(String text, Path file) {
            this.text = text;
            this.file = file;
        }

        NpyHeader header() {
            String type = null;
            Boolean byColumn = null;
            long[] shape = null;
            expect('{');
            while (peek() != '}') {
                String key = quoted();
                expect(':');
                switch (key) {
                    case "descr" -> type = quoted();
                    case "fortran_order" -> byColumn = truth();
                    case "shape" -> shape = tuple();
                    default -> throw unknown();
                }
                if (peek() == ',') {
                    at++;
                }
            }
            if (type == null || byColumn == null || shape == null) {
                throw unknown();
            }
            return typed(type, byColumn, shape);
        }

        private NpyHeader typed(String type, boolean byColumn, long[] shape) {
            int bytes = 0;
            try {
                boolean known = type.length() >= 3
                        && type.length() <= 8
                        && "<>|=".indexOf(type.charAt(0)) >= 0
                        && "fiubUS".indexOf(type.charAt(1)) >= 0;
                bytes = known ? valueBytes(type.charAt(1), Integer.parseInt(type.substring(2))) : 0;
            } catch (NumberFormatException e) {
                bytes = 0;
            }
            if (bytes < 1) {
                throw unknown();
            }
            return new NpyHeader(type.charAt(0) == '>', type.charAt(1), bytes, byColumn, shape);
        }

        // 0 for a size that the kind does not have.
        private static int valueBytes(char kind, int size) {
            return switch (kind) {
                case 'f' -> size == 2 || size == 4 || size == 8 ? size : 0;
                case 'i', 'u' -> size == 1 || size == 2 || size == 4 || size == 8 ? size : 0;
                case 'b' -> size == 1 ? 1 : 0;
                case 'U' -> 4 * size;
                default -> size;
            };
        }

        private String quoted() {
            char quote = peek();
            int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
            if (end < 0) {
                throw unknown();
            }
            String inside = text.substring(at + 1, end);
            at = end + 1;
            return inside;
        }

        private boolean truth() {
            peek();
            for (String word : List.of("True", "False")) {
                if (text.startsWith(word, at)) {
                    at += word.length();
                    return word.equals("True");
                }
            }
            throw unknown();
        }

        private long[] tuple() {
            List<Long> values = new ArrayList<>();
            expect('(');
            while (peek() != ')') {
                values.add(dimension());
                if (peek() == ',') {
                    at++;
                }
            }
            at++;
            if (values.size() > MAX_DIMENSIONS) {
                throw new UserError("'" + file + "' has " + values.size() + " dimensions; at most " + MAX_DIMENSIONS
                        + " are read.");
            }
            return values.stream().mapToLong(Long::longValue).toArray();
        }

        private long dimension() {
            int from = at;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                at++;
            }
            String digits = text.substring(from, at);
            if (digits.isEmpty()) {
                throw unknown();
            }
            // Beyond 18 digits a number of values times bytes could not be counted.
            if (digits.length() > 18) {
                throw new UserError("'" + file + "' has an impossible shape: a dimension of " + shown(digits) + ".");
            }
            return Long.parseLong(digits);
        }

        // The next character that is no blank; where there is none, one that nothing expects.
        private char peek() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            return at < text.length() ? text.charAt(at) : '\0';
        }

        private void expect(char wanted) {
            if (peek() != wanted) {
                throw unknown();
            }
            at++;
        }

        private UserError unknown() {
            return new UserError("'" + file + "' holds " + shown(text.strip())
                    + "; expected an array of numbers, booleans or strings.");
        }

        private static String shown(String text) {
            return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
        }
    }
}
