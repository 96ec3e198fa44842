package org.cyphervit.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTextTest {
    private static final Charset ASCII = StandardCharsets.US_ASCII;
    private static final Charset UTF8 = StandardCharsets.UTF_8;

    @Test
    void onlyATerminalThatNamesAnotherCharacterSetGetsIt() {
        assertThat(TerminalText.charset(Map.of(), true, ASCII)).isEqualTo(UTF8); // a container says nothing
        assertThat(TerminalText.charset(Map.of("LANG", ""), true, ASCII)).isEqualTo(UTF8);
        assertThat(TerminalText.charset(Map.of("LC_ALL", "C"), true, ASCII)).isEqualTo(ASCII);
        assertThat(TerminalText.charset(Map.of("LC_ALL", "C"), false, ASCII)).isEqualTo(UTF8); // a file, a program
        assertThat(TerminalText.charset(Map.of("LANG", "de_DE.UTF-8"), true, UTF8))
                .isEqualTo(UTF8);
    }

    @Test
    void whatASetLacksIsSpelled() {
        assertThat(printed(ASCII, "12.3 mm² at 0.5 µm; 3 × 4 ± 1 … Möller→日本 \uD83D\uDE00"))
                .isEqualTo("12.3 mm2 at 0.5 um; 3 x 4 +- 1 ... Moller->?? ?");
        assertThat(printed(StandardCharsets.ISO_8859_1, "mm² µm … ä")).isEqualTo("mm² µm ... ä");
        assertThat(printed(UTF8, "mm² µm 日本")).isEqualTo("mm² µm 日本");
    }

    @Test
    void aCharacterMayComeInPieces() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = TerminalText.stream(bytes, ASCII);
        for (byte each : "x".repeat(3000).concat("µ²x").getBytes(UTF8)) {
            out.write(each);
        }
        PrintWriter writer = new PrintWriter(out, true, out.charset()); // as picocli prints
        writer.println(" 5 µm");
        assertThat(bytes.toString(ASCII)).isEqualTo("x".repeat(3000) + "u2x 5 um" + System.lineSeparator());
    }

    private static String printed(Charset set, String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TerminalText.stream(bytes, set).print(text);
        return bytes.toString(set);
    }
}
