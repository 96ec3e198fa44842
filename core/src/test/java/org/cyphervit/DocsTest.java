package org.cyphervit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documents of the project point to is there. */
class DocsTest {
    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*)$");
    private static final Pattern NAMED = Pattern.compile("(?<![\\w/.])docs/[\\w/-]+\\.(?:md|svg|jpg|png)");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");

    @Test
    void noRelativeLinkIsDead() throws IOException {
        List<String> dead = new ArrayList<>();
        int links = 0;
        for (Path file : files(".md")) {
            String text = FENCED.matcher(Files.readString(file)).replaceAll("");
            for (String link : LINK.matcher(text).results().map(m -> m.group(1)).toList()) {
                if (!link.matches("(https?|mailto):.*")) {
                    links++;
                    if (!leadsSomewhere(file, link)) {
                        dead.add(PROJECT.relativize(file) + " -> " + link);
                    }
                }
            }
        }
        assertThat(dead).isEmpty();
        assertThat(links).as("links looked at").isGreaterThan(30);
    }

    @Test
    void documentsThatSourcesNameAreThere() throws IOException {
        List<String> dead = new ArrayList<>();
        for (String ending : List.of(".java", ".xml", ".yaml")) {
            for (Path file : files(ending)) {
                for (MatchResult named :
                        NAMED.matcher(Files.readString(file)).results().toList()) {
                    if (!Files.exists(PROJECT.resolve(named.group()))) {
                        dead.add(PROJECT.relativize(file) + " -> " + named.group());
                    }
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    @Test
    void coordinatesHaveTheVersionOfTheBuild() throws IOException {
        String version = text(PROJECT.resolve("pom.xml"), "<artifactId>cyphervit</artifactId>\\s*<version>([^<]+)<");
        Pattern coordinates = Pattern.compile("<artifactId>cyphervit[-\\w]*</artifactId>\\s*<version>([^<]+)<");
        List<String> others = new ArrayList<>();
        int found = 0;
        for (String ending : List.of(".md", "pom.xml")) {
            for (Path file : files(ending)) {
                for (MatchResult each :
                        coordinates.matcher(Files.readString(file)).results().toList()) {
                    found++;
                    if (!each.group(1).equals(version) && !each.group(1).startsWith("${")) {
                        others.add(PROJECT.relativize(file) + ": " + each.group(1));
                    }
                }
            }
        }
        assertThat(others).isEmpty();
        assertThat(found).isGreaterThan(4);
        for (String file : List.of("CITATION.cff", "python/pyproject.toml")) {
            assertThat(text(PROJECT.resolve(file), "(?m)^version *[:=] *\"?([^\"\\s]+)"))
                    .as(file)
                    .isEqualTo(version);
        }
    }

    @Test
    void javaOfTheReadmeCompiles(@TempDir Path folder) throws IOException {
        String readme = Files.readString(PROJECT.resolve("README.md"));
        List<String> blocks = Pattern.compile("(?ms)^```java\n(.*?)^```")
                .matcher(readme)
                .results()
                .map(m -> m.group(1))
                .toList();
        assertThat(blocks).isNotEmpty();
        for (String block : blocks) {
            Path file = Files.writeString(folder.resolve("Readme.java"), """
                    import java.nio.file.*;
                    import org.cyphervit.*;
                    import org.cyphervit.image.*;
                    import org.cyphervit.interpret.*;
                    class Readme {
                        void run() throws Exception {
                    %s
                        }
                    }
                    """.formatted(block));
            StringWriter said = new StringWriter();
            JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
            try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
                List<String> options = List.of(
                        "-d", folder.toString(), "-proc:none", "-classpath", System.getProperty("java.class.path"));
                boolean compiled = compiler.getTask(said, files, null, options, null, files.getJavaFileObjects(file))
                        .call();
                assertThat(compiled).as("%s%n%s", block, said).isTrue();
            }
        }
    }

    private static boolean leadsSomewhere(Path from, String link) throws IOException {
        int hash = link.indexOf('#');
        String path = hash < 0 ? link : link.substring(0, hash);
        Path target = path.isEmpty() ? from : from.resolveSibling(path);
        if (!Files.exists(target)) {
            return false;
        }
        return hash < 0
                || Files.isDirectory(target)
                || HEADING.matcher(Files.readString(target))
                        .results()
                        .anyMatch(heading -> anchor(heading.group(1)).equals(link.substring(hash + 1)));
    }

    // As GitHub makes them: lower case, punctuation dropped, spaces to hyphens.
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .strip()
                .replace(' ', '-');
    }

    private static String text(Path file, String pattern) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(file))
                .results()
                .map(m -> m.group(1))
                .findFirst()
                .orElse("not found in " + file);
    }

    private static List<Path> files(String ending) throws IOException {
        try (Stream<Path> files = Files.walk(PROJECT)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .filter(file -> !PROJECT.relativize(file).toString().matches("(.*/)?(target|runs|\\.git)/.*"))
                    .toList();
        }
    }
}
