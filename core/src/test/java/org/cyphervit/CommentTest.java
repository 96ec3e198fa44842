package org.cyphervit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Comments as people write them: the formatter breaks lines that are too long and leaves stubs of one or two words. */
class CommentTest {
    private static final Pattern COMMENT = Pattern.compile("(\\s*(?:\\*|//))\\s?([^/].*)");
    private static final int FULL = 99;
    private static final int STUB = 60;
    private static final int WIDTH = 112;

    @Test
    void noCommentWasBrokenByTheFormatter() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path file : sources("src")) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 1; i + 1 < lines.size(); i++) {
                if (isStub(lines.get(i - 1), lines.get(i), lines.get(i + 1))) {
                    broken.add(file + ":" + (i + 1) + " " + lines.get(i).strip());
                }
            }
        }
        assertThat(broken)
                .as("lines of comments that should be joined with their neighbours; keep comments within 116 columns")
                .isEmpty();
    }

    @Test
    void whatComesFromAPaperLinksIt() throws IOException {
        Pattern paper = Pattern.compile("\\((?:CypherViT|[A-Z][a-z]+(?: et al\\.)?),? 20\\d\\d|Sci Rep 2024");
        List<String> without = new ArrayList<>();
        for (Path file : sources("src/main/java/org/cyphervit/nn", "src/main/java/org/cyphervit/backbone")) {
            String text = Files.readString(file);
            if (paper.matcher(text).find() && !text.contains("https://")) {
                without.add(file.toString());
            }
        }
        assertThat(without).as("files that cite a paper without a link").isEmpty();
    }

    @Test
    void aStubIsFoundAndAShortLastLineIsNone() {
        String full =
                "    // A line that goes on and on until the formatter finds that it is too long and breaks its last word, as";
        assertThat(isStub(full, "    // here", "    // in the middle of a sentence."))
                .isTrue();
        assertThat(isStub(full, "    // here.", "    private int x;")).isFalse();
        assertThat(isStub(full, "    // here.", "    // A new sentence.")).isFalse();
    }

    // A short line after a full one, although the next line's first word had room in it.
    private static boolean isStub(String before, String line, String after) {
        Matcher a = COMMENT.matcher(before);
        Matcher b = COMMENT.matcher(line);
        Matcher c = COMMENT.matcher(after);
        if (!a.matches() || !b.matches() || !c.matches() || !b.group(1).equals(c.group(1))) {
            return false;
        }
        String text = b.group(2).strip();
        String next = c.group(2).strip();
        boolean goesOn = !next.isEmpty()
                && !next.matches("[@<*].*|\\d+\\. .*|- .*")
                && !(text.endsWith(".") && Character.isUpperCase(next.charAt(0)));
        return goesOn
                && before.length() >= FULL
                && line.length() < STUB
                && !text.matches("[@<].*|.*:")
                && line.length() + 1 + next.split(" ", 2)[0].length() < WIDTH;
    }

    private static List<Path> sources(String... folders) throws IOException {
        List<Path> files = new ArrayList<>();
        for (String module : List.of("core", "study", "cli", "spark")) {
            for (String folder : folders) {
                Path root = Path.of("..", module, folder);
                if (Files.isDirectory(root)) {
                    try (Stream<Path> found = Files.walk(root)) {
                        found.filter(path -> path.toString().endsWith(".java")).forEach(files::add);
                    }
                }
            }
        }
        return files;
    }
}
