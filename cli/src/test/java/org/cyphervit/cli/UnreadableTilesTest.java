package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One tile of 24 whose header is in order and whose pixels are not; then five of them. */
class UnreadableTilesTest {
    @TempDir
    private static Path folder = Path.of("");

    private static Path run = Path.of("");
    private static Path one = Path.of("");
    private static Path five = Path.of("");

    @BeforeAll
    static void damageTiles() throws Exception {
        SmallRun small = SmallRun.in(folder);
        run = small.run();
        one = damaged("one", 1);
        five = damaged("five", 5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evaluate knn linear logistic retrieval prototypes clusters --encoder RUN --train TILES --test TILES --allow-duplicates",
                "evaluate finetune --encoder RUN --train TILES --test TILES --allow-duplicates --shares 1 --epochs 1 --min-steps 1",
                "evaluate token-targets --encoder RUN --data TILES",
                "embed --encoder RUN --data TILES --out OUT",
                "umap --encoder RUN --data TILES --out OUT",
                "attend TILES --encoder RUN --out OUT --count 24 --shifts 1",
                "normalize --data TILES --out OUT",
                "data dedup --data TILES",
                "pretrain --data TILES --method simclr --backbone cyphervit_nano --out OUT --set run.steps=3"
                        + " --set run.batch=20 --set backbone.width=24 --set backbone.heads=2 --set method.hidden=32"
            })
    void isLeftOutAndNamedAndTooManyAreRefused(String command) throws Exception {
        CommandRun few = run(command, one);
        assertThat(few.code()).as(few.err()).isZero();
        List<String> named = new ArrayList<>();
        few.json().path("unreadable").forEach(name -> named.add(name.asString()));
        assertThat(named).as(few.out()).containsExactly("muscle/0.png");

        CommandRun many = run(command, five);
        assertThat(many.code()).as(many.err()).isEqualTo(1);
        assertThat(many.err())
                .containsPattern("\\d of \\d+ tiles cannot be read")
                .contains("muscle/")
                .doesNotContain("fault");
    }

    @Test
    void theReportLeavesItOut() throws Exception {
        CommandRun report = CommandRun.of(
                "report",
                run.toString(),
                "--data",
                one.toString(),
                "--out",
                folder.resolve("r.html").toString());
        assertThat(report.code()).as(report.err()).isZero();
    }

    private static CommandRun run(String command, Path tiles) throws Exception {
        Path out = Files.createTempDirectory(folder, "out").resolve("new");
        String[] words = Arrays.stream((command + " --json").split(" "))
                .map(word -> switch (word) {
                    case "RUN" -> run.toString();
                    case "TILES" -> tiles.toString();
                    case "OUT" -> out.toString();
                    default -> word;
                })
                .toArray(String[]::new);
        return CommandRun.of(words);
    }

    private static Path damaged(String name, int count) throws Exception {
        Path tiles = SmallRun.paint(folder.resolve(name));
        for (int i = 0; i < count; i++) {
            Path file = tiles.resolve("muscle/" + 2 * i + ".png");
            byte[] bytes = Files.readAllBytes(file);
            Arrays.fill(bytes, 100, bytes.length - 16, (byte) 0x55);
            Files.write(file, bytes);
        }
        return tiles;
    }
}
