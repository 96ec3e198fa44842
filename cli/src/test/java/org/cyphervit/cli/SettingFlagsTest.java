package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.cyphervit.cli.command.tile.TileCommand;
import org.cyphervit.cli.command.train.PretrainCommand;
import org.cyphervit.cli.terminal.SettingFlags;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SettingFlagsTest {
    @Test
    void settingsBecomeTheOptionsOfTheCommand() {
        assertThat(SettingFlags.in("Give it (setting 'mpp'), such as 0.25.", new CommandLine(new TileCommand())))
                .isEqualTo("Give it (--mpp), such as 0.25.");
        assertThat(SettingFlags.in(
                        "To go on: setting 'run.onCollapse' continue.", new CommandLine(new PretrainCommand())))
                .isEqualTo("To go on: --set run.onCollapse continue.");
    }

    @Test
    void aSettingWithoutAnOptionStays() {
        assertThat(SettingFlags.in("See setting 'mpp'.", new CommandLine(new PretrainCommand())))
                .isEqualTo("See setting 'mpp'.");
    }

    @Test
    void messagesOfTheCoreNameNoFlags() throws IOException {
        for (String module : List.of("core", "study")) {
            try (Stream<Path> files = Files.walk(Path.of("../" + module + "/src/main/java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    assertThat(Files.readAllLines(file))
                            .as("%s", file)
                            .noneMatch(line -> line.strip().matches("[^/*].*\"[^\"]*(?<![-\\w])--[a-z]\\w*[^\"]*\".*"));
                }
            }
        }
    }
}
