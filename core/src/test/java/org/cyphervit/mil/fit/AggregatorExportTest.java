package org.cyphervit.mil.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.GenericDict;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.mil.aggregator.AggregatorKind;
import org.cyphervit.mil.aggregator.AggregatorOptions;
import org.cyphervit.mil.aggregator.InstanceLoss;
import org.cyphervit.mil.bag.SlideTask;
import org.cyphervit.nn.Init;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exported aggregators say in other runtimes what they say here. */
class AggregatorExportTest {
    private static final Device CPU = new Device("cpu");
    private static final int WIDTH = 6;

    @TempDir
    private Path folder;

    private static TrainedAggregator model(AggregatorKind kind, int hidden, SlideTask task) {
        AggregatorOptions options = new AggregatorOptions(
                hidden, 5, 0.25, new AggregatorOptions.Clam(3, 0.7, true, InstanceLoss.CROSS_ENTROPY));
        List<String> classes = task == SlideTask.CLASSES ? List.of("a", "b", "c") : List.of();
        int outputs = task == SlideTask.CLASSES ? 3 : 1;
        SlideNet net = new SlideNet(kind, WIDTH, outputs, options, new Init(3, CPU));
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            net.scale(new float[] {1, -2, 0, 3, 0.5f, 0}, new float[] {2, 1, 0.5f, 4, 1, 1});
            if (task == SlideTask.NUMBER) {
                net.scaleOutput(40, 12);
            }
        }
        return new TrainedAggregator(
                net, new TrainedAggregator.Config(1, kind, options, task, classes, WIDTH, "made", 0.2, 0));
    }

    @ParameterizedTest
    @CsvSource({
        "MEAN, 0, CLASSES",
        "MAX, 0, NUMBER",
        "ABMIL, 0, CLASSES",
        "ABMIL, 7, NUMBER",
        "ABMIL, 0, SURVIVAL",
        "CLAM_SB, 7, CLASSES"
    })
    void otherRuntimesAgreeForAnyNumberOfTiles(AggregatorKind kind, int hidden, SlideTask task) throws Exception {
        try (TrainedAggregator model = model(kind, hidden, task)) {
            List<Path> onnx = AggregatorExport.write(folder, AggregatorExport.Format.ONNX, model);
            List<Path> script = AggregatorExport.write(folder, AggregatorExport.Format.TORCHSCRIPT, model);
            var card = ConfigTree.parse(Files.readString(onnx.get(1)));
            assertThat(card.path("results").has("attention")).isEqualTo(kind.attends());
            assertThat(card.path("input").path("shape").get(1).asInt()).isEqualTo(WIDTH);
            try (OrtEnvironment environment = OrtEnvironment.getEnvironment();
                    OrtSession session =
                            environment.createSession(onnx.getFirst().toString());
                    Scope scope = Scope.open();
                    NoGradGuard noGrad = new NoGradGuard()) {
                JitModule module = torch.load(script.getFirst().toString());
                for (int tiles : new int[] {1, 2, 300}) {
                    Tensor bag = new SeededGenerator(tiles, CPU).normal(3, tiles, WIDTH);
                    TrainedAggregator.Prediction expected = model.predict(bag);
                    requireOnnx(environment, session, bag, expected);
                    requireScript(module, bag, expected);
                }
            }
        }
    }

    private static void requireOnnx(
            OrtEnvironment environment, OrtSession session, Tensor bag, TrainedAggregator.Prediction expected)
            throws Exception {
        try (OnnxTensor input = OnnxTensor.createTensor(
                        environment, FloatBuffer.wrap(Tensors.floats(bag)), Tensors.shape(bag));
                OrtSession.Result results = session.run(Map.of("features", input))) {
            requireClose(floats(results, "outputs"), expected.outputs());
            if (expected.attention() == null) {
                assertThat(session.getOutputNames()).containsExactly("outputs");
            } else {
                requireClose(floats(results, "attention"), doubles(expected.attention()));
            }
        }
    }

    private static float[] floats(OrtSession.Result results, String name) {
        FloatBuffer buffer = ((OnnxTensor) results.get(name).orElseThrow()).getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    private static void requireScript(JitModule module, Tensor bag, TrainedAggregator.Prediction expected) {
        Tensor outputs = module.forward(new IValueVector(new IValue(bag))).toTensor();
        assertThat(Tensors.shape(outputs)).containsExactly(1, expected.outputs().length);
        requireClose(Tensors.floats(outputs), expected.outputs());
        GenericDict all = module.get_method("results")
                .apply(new IValueVector(new IValue(bag)))
                .toGenericDict();
        assertThat(all.size()).isEqualTo(expected.attention() == null ? 1 : 2);
        if (expected.attention() != null) {
            requireClose(
                    Tensors.floats(all.at(new IValue("attention")).toTensor()),
                    doubles(Objects.requireNonNull(expected.attention())));
        }
    }

    private static double[] doubles(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    private static void requireClose(float[] actual, double[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-5 * Math.max(1, Math.abs(expected[i]))));
        }
    }
}
