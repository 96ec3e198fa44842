package org.cyphervit.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.cypher.CypherVitConfig;
import org.cyphervit.embed.EmbeddedTiles;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.export.slide.FeatureH5;
import org.cyphervit.export.slide.SlideFeatures;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Python reads what this program writes, and the other way round; skipped, saying so, where its packages are missing. */
class PythonInteropTest {
    @TempDir
    private Path folder;

    @Test
    void h5pyReadsFeaturesInBothLayouts() throws Exception {
        SlideFeatures slide = new SlideFeatures(
                "case-1",
                "colon",
                new FeatureMatrix(new float[] {1.5f, -2, 3, 4, 5, 6.25f}, 3),
                new long[] {0, 448, 448, 896},
                new SlideFeatures.Geometry(224, 448, 0, 20, 40, 100_000, 80_000));
        Path trident = FeatureH5.writeTrident(folder, slide);
        Path clam = FeatureH5.writeClam(folder, slide);
        String said = python("h5py", """
                import sys, h5py
                with h5py.File(sys.argv[1]) as f:
                    assert f['features'].dtype == 'float32' and f['features'].shape == (2, 3)
                    assert f['features'][1].tolist() == [4, 5, 6.25]
                    assert f['coords'].dtype == 'int64' and f['coords'][0].tolist() == [0, 448]
                    a = f['coords'].attrs
                    assert (a['patch_size'], a['patch_size_level0'], a['name']) == (224, 448, 'case-1'), dict(a)
                    assert f['features'].attrs['encoder'] == 'colon'
                with h5py.File(sys.argv[2]) as f:
                    assert f['coords'].dtype == 'int32' and f['features'][0].tolist() == [1.5, -2, 3]
                print('read')
                """, trident, clam);
        assertThat(said.strip()).isEqualTo("read");
    }

    @Test
    void numpyArraysGoBothWays() throws Exception {
        Path csv = folder.resolve("index.csv");
        Files.writeString(csv, "row,tile,class,group\n0,a.png,x,\n1,\"b,c.png\",y,\n");
        python("numpy", """
                import sys, numpy
                numpy.save(sys.argv[1], numpy.array([[1, 2.5, -3], [4, 5, 6]], dtype='float32'))
                """, folder.resolve("features.npy"));
        EmbeddedTiles tiles = EmbeddedTiles.read(folder);
        assertThat(tiles.features().values()).containsExactly(1, 2.5f, -3, 4, 5, 6);
        assertThat(tiles.names()).containsExactly("a.png", "b,c.png");
    }

    @Test
    void onnxFindsTheModelValid() throws Exception {
        Path file = folder.resolve("model.onnx");
        CypherVitConfig config = CypherVitConfig.of(24, 2, 8, 32, List.of(1, 1), List.of(6, 3));
        try (Backbone backbone = config.build(1, new Device("cpu"))) {
            ModelCard card = ModelCard.of(
                    "m", backbone, 32, backbone.spec(), List.of(), Map.of("phenotypes", "stroma\nglands\nfat"));
            OnnxFile.write(file, backbone, 32, card.json());
        }
        String said = python("onnx", """
                import sys, json, onnx
                model = onnx.load(sys.argv[1])
                onnx.checker.check_model(model, full_check=True)
                card = json.loads({p.key: p.value for p in model.metadata_props}['model-card'])
                print(' '.join(o.name for o in model.graph.output), '|', ','.join(card['phenotypes']))
                """, file);
        assertThat(said.strip())
                .isEqualTo("pooled tokens patches assignment_0 assignment_1 phenotypes | stroma,glands,fat");
    }

    private static String python(String needed, String program, Path... arguments) {
        String python = Stream.of("/usr/bin/python3", "python3")
                .filter(name -> run(List.of(name, "-c", "import " + needed)).equals(""))
                .findFirst()
                .orElse("");
        Assumptions.assumeFalse(
                python.isEmpty(), "no Python with " + needed + " (Debian: apt-get install python3-" + needed + ")");
        List<String> command = Stream.concat(
                        Stream.of(python, "-c", program), Stream.of(arguments).map(Path::toString))
                .toList();
        return run(command);
    }

    // What it printed; what went wrong, if it failed.
    private static String run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "still runs";
            }
            return process.exitValue() == 0 ? said : "failed: " + said;
        } catch (IOException e) {
            return "cannot be started";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
