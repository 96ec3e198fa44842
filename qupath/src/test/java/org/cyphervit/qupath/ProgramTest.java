package org.cyphervit.qupath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class ProgramTest {
    @TempDir
    private Path folder;

    @Test
    void progressIsHeardAndFoundObjectsAreSorted() throws Exception {
        Path out = Files.createDirectories(folder.resolve("out/slide"));
        Program program =
                standIn("echo one; echo two >&2; cd " + out + "; touch tiles.geojson.gz phenotypes.geojson.gz a.png");
        List<String> said = new ArrayList<>();
        program.run(List.of("map", "x.svs"), said::add);
        assertThat(said).containsExactlyInAnyOrder("one", "two");
        assertThat(Program.objects(folder.resolve("out")))
                .containsExactly(out.resolve("phenotypes.geojson.gz"), out.resolve("tiles.geojson.gz"));
    }

    @Test
    void aFailureIsToldInTheProgramsOwnWords() throws Exception {
        Program program = standIn("echo 'cyphervit: No microns per pixel. Give --mpp.' >&2; exit 1");
        assertThatThrownBy(() -> program.run(List.of("map"), line -> {}))
                .isInstanceOf(Program.FailedException.class)
                .hasMessageContaining("Give --mpp");
        assertThatThrownBy(() -> new Program(folder.resolve("none")).run(List.of("map"), line -> {}))
                .isInstanceOf(Program.FailedException.class)
                .hasMessageContaining("cannot be started");
    }

    @Test
    void anInterruptionEndsTheProgram() throws Exception {
        Program program = standIn("echo started; exec sleep 600");
        Thread[] worker = new Thread[1];
        List<Exception> ended = new ArrayList<>();
        worker[0] = Thread.ofPlatform().start(() -> {
            try {
                program.run(List.of(), line -> worker[0].interrupt());
            } catch (Program.FailedException | InterruptedException e) {
                ended.add(e);
            }
        });
        Assertions.assertTrue(worker[0].join(Duration.ofSeconds(30)));
        assertThat(ended).singleElement().isInstanceOf(InterruptedException.class);
    }

    @Test
    void theCommandIsWhatAUserWouldType() {
        assertThat(Program.mapping(Path.of("a b.svs"), Path.of("out"), Path.of("e.safetensors"), 0.5))
                .containsExactly("map", "a b.svs", "--out", "out", "--encoder", "e.safetensors", "--mpp", "0.5");
        assertThat(Program.mapping(Path.of("a.svs"), Path.of("out"), null, 0)).doesNotContain("--encoder", "--mpp");
    }

    @Test
    void theProgramIsFoundByNameOrOnThePath() throws Exception {
        Path launcher = standIn("true").launcher();
        assertThat(Program.find(launcher.toString(), null)).contains(launcher);
        assertThat(Program.find(null, "/nowhere:" + folder)).contains(launcher);
        assertThat(Program.find(folder.resolve("none").toString(), folder.toString()))
                .isEmpty();
        assertThat(Program.find(null, null)).isEmpty();
    }

    private Program standIn(String body) throws IOException {
        Path file = Files.writeString(folder.resolve("cyphervit"), "#!/bin/sh\n" + body + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return new Program(file);
    }
}
