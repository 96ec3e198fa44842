package org.cyphervit.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Map;

/**
 * Standard output and error in UTF-8, whatever Java takes the machine's character set to be: where no locale is set (a container,
 * a service) that is ASCII, and a micron would print as a question mark. Only a terminal that names another set has what the set
 * lacks spelled in ASCII: 'um', 'mm2'.
 */
public final class TerminalText extends OutputStream {
    private static final Map<Integer, String> SPELLED = Map.ofEntries(
            Map.entry((int) 'µ', "u"),
            Map.entry((int) 'μ', "u"), // the Greek letter, which looks the same
            Map.entry((int) '²', "2"),
            Map.entry((int) '±', "+-"),
            Map.entry((int) '×', "x"),
            Map.entry((int) '·', "-"),
            Map.entry((int) '…', "..."),
            Map.entry((int) '→', "->"),
            Map.entry((int) '≥', ">="),
            Map.entry((int) '≤', "<="),
            Map.entry((int) '–', "-"),
            Map.entry((int) '—', "-"),
            Map.entry((int) '’', "'"),
            Map.entry((int) 'γ', "gamma"),
            Map.entry((int) 'ε', "epsilon"),
            Map.entry((int) 'ß', "ss"));

    private final OutputStream out;
    private final CharsetEncoder encoder;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final CharBuffer characters = CharBuffer.allocate(1024);
    private ByteBuffer rest = ByteBuffer.allocate(0); // the beginning of a character

    /**
     * Takes UTF-8.
     *
     * @param out gets bytes of the character set
     */
    TerminalText(OutputStream out, Charset set) {
        this.out = out;
        this.encoder = set.newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
    }

    /** From here on this process prints so. */
    public static void install() {
        Charset set = charset(
                System.getenv(),
                Machine.hasTerminal(),
                Charset.forName(System.getProperty("native.encoding", "UTF-8"), StandardCharsets.UTF_8));
        System.setOut(stream(new FileOutputStream(FileDescriptor.out), set));
        System.setErr(stream(new FileOutputStream(FileDescriptor.err), set));
    }

    /**
     * The character set to print in.
     *
     * @param environment of the process
     * @param terminal whether a person looks on; programs and files get UTF-8 always
     * @param locale what the locale says
     */
    static Charset charset(Map<String, String> environment, boolean terminal, Charset locale) {
        boolean windows = System.getProperty("os.name").startsWith("Windows"); // tells without variables
        boolean named = windows
                || !environment.getOrDefault("LC_ALL", "").isEmpty()
                || !environment.getOrDefault("LC_CTYPE", "").isEmpty()
                || !environment.getOrDefault("LANG", "").isEmpty();
        return terminal && named ? locale : StandardCharsets.UTF_8;
    }

    static PrintStream stream(OutputStream out, Charset set) {
        OutputStream text = set.equals(StandardCharsets.UTF_8) ? out : new TerminalText(out, set);
        return new PrintStream(text, true, StandardCharsets.UTF_8);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(rest.remaining() + count)
                .put(rest)
                .put(bytes, from, count)
                .flip();
        boolean more = true;
        while (more) {
            more = decoder.decode(in, characters, false).isOverflow();
            spell();
        }
        rest = in.slice();
    }

    private void spell() throws IOException {
        StringBuilder spelled = new StringBuilder();
        characters.flip().codePoints().forEach(c -> {
            String character = Character.toString(c);
            spelled.append(encoder.canEncode(character) ? character : ascii(c, character));
        });
        characters.clear();
        ByteBuffer coded = encoder.encode(CharBuffer.wrap(spelled));
        byte[] bytes = new byte[coded.remaining()];
        coded.get(bytes);
        out.write(bytes);
    }

    // Letters lose their accents; what has no spelling is a question mark.
    private static String ascii(int c, String character) {
        String known = SPELLED.get(c);
        String bare = Normalizer.normalize(character, Normalizer.Form.NFD).replaceAll("\\p{M}", "");
        return known != null ? known : bare.chars().allMatch(letter -> letter < 128) ? bare : "?";
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
