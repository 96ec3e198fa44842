package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.Phenotype;
import org.cyphervit.image.ImageFiles;

/** Two dozen painted tiles of two classes and a run of a few steps on them, for tests of what comes after a run. */
record SmallRun(Path tiles, Path run) {
    static SmallRun in(Path folder) throws Exception {
        Path tiles = paint(folder);
        Path run = folder.resolve("run");
        CommandRun pretrain = CommandRun.of(
                "pretrain",
                "--data",
                tiles.toString(),
                "--method",
                "simclr",
                "--backbone",
                "cyphervit_nano",
                "--out",
                run.toString(),
                "--set",
                "backbone.width=24",
                "--set",
                "backbone.heads=2",
                "--set",
                "backbone.tokens=[6,3]",
                "--set",
                "method.hidden=32",
                "--set",
                "run.steps=6",
                "--set",
                "run.batch=4");
        assertThat(pretrain.code()).as(pretrain.err()).isZero();
        return new SmallRun(tiles, run);
    }

    /** The tiles alone. */
    static Path paint(Path folder) throws Exception {
        Path tiles = folder.resolve("tiles");
        for (int i = 0; i < 24; i++) {
            Path file = tiles.resolve((i % 2 == 0 ? "muscle" : "fat & <b>more</b>") + "/" + i + ".png");
            Files.createDirectories(file.getParent());
            Phenotype phenotype = i % 2 == 0 ? Phenotype.MUSCLE : Phenotype.ADIPOSE;
            ImageFiles.writePng(
                    file, GeneratedTissue.field(64, List.of(phenotype), i).image());
        }
        return tiles;
    }
}
