package org.cyphervit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.cyphervit.checkpoint.SafeTensors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The project's own reference fixtures are whole, and the README beside them names each. */
@Tag("reference")
class ReferenceFilesTest {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]+");

    @Test
    void theReadmeNamesEachFileAndNoOther() throws IOException {
        Set<String> named = new TreeSet<>();
        for (String line : Files.readAllLines(Fixture.OWN.resolve("README.md"))) {
            if (line.startsWith("| ") && !line.startsWith("| file ")) {
                String cell = line.split("\\|")[1]; // one name or several
                named.addAll(
                        NAME.matcher(cell).results().map(MatchResult::group).toList());
            }
        }
        assertThat(named).isEqualTo(files().map(Fixture::nameOf).collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void eachSaysWhichCodeMadeIt() throws IOException {
        for (Path file : files().toList()) {
            assertThat(SafeTensors.read(file).metadata()).as("%s", file).containsKey("source");
        }
    }

    private static Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Fixture.OWN)) {
            return files.filter(file -> file.toString().endsWith(".safetensors")).toList().stream();
        }
    }
}
