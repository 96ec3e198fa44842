package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The report of what ships says the versions that are on the class path, and the build checks what it fetches. */
class SupplyChainTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern ROW = Pattern.compile("\\| `([\\w.-]+):([\\w.-]+)`[^|]*\\| ([^ |]+) \\|.*");

    @Test
    void theReportSaysTheVersionsOnTheClassPath() throws Exception {
        List<String> jars =
                List.of(System.getProperty("java.class.path").replace('\\', '/').split(File.pathSeparator));
        List<String> wrong = new ArrayList<>();
        int rows = 0;
        for (String line : Files.readAllLines(ROOT.resolve("docs/reference/supply-chain.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows++;
                String folder = "/" + row.group(1).replace('.', '/') + "/" + row.group(2) + "/";
                boolean present = jars.stream().anyMatch(jar -> jar.contains(folder));
                boolean same = jars.stream().anyMatch(jar -> jar.contains(folder + row.group(3) + "/"));
                if (present && !same) {
                    wrong.add(row.group(2) + " is not " + row.group(3));
                }
            }
        }
        assertThat(rows).isGreaterThan(40);
        assertThat(wrong).as("run bin/supply-chain").isEmpty();
    }

    @Test
    void nothingThatShipsIsLeftOut() throws Exception {
        String report = Files.readString(ROOT.resolve("docs/reference/supply-chain.md"));
        for (String module : List.of("core", "study", "cli", "encoders")) {
            String pom = Files.readString(ROOT.resolve(module + "/pom.xml")).replaceAll("(?s)<profiles>.*", "");
            Matcher dependency =
                    Pattern.compile("(?s)<dependency>(.*?)</dependency>").matcher(pom);
            while (dependency.find()) {
                String text = dependency.group(1);
                String name = text.replaceAll("(?s).*<artifactId>(.*?)</artifactId>.*", "$1");
                boolean ships =
                        !text.matches("(?s).*<scope>(test|provided)</scope>.*") && !name.startsWith("cyphervit");
                if (ships) {
                    assertThat(report).as(module + ": run bin/supply-chain").contains(":" + name + "`");
                }
            }
        }
    }

    @Test
    void theBuildRefusesWhatDiffersFromItsChecksum() throws Exception {
        assertThat(ROOT.resolve(".mvn/maven.config")).content().contains("--strict-checksums");
        assertThat(ROOT.resolve(".mvn/wrapper/maven-wrapper.properties"))
                .content()
                .contains("distributionSha256Sum=");
    }
}
