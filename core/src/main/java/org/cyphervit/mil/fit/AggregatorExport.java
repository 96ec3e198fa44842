package org.cyphervit.mil.fit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.export.NetworkProgram;
import org.cyphervit.export.OnnxFile;
import org.cyphervit.export.TorchScriptFile;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.mil.aggregator.Aggregator;
import org.cyphervit.mil.bag.SlideTask;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;

/**
 * A trained aggregator for other programs, as ONNX or TorchScript. Input {@code features}: float32 (N,D) as the encoder gives
 * them, any N of at least 1. Outputs: {@code outputs} (1,C), which are probabilities of the classes, a number, or a log risk,
 * and, where it attends, {@code attention} (N), which sums to 1.
 */
public final class AggregatorExport {
    /** What to write. */
    public enum Format {
        /** {@code slide-model.onnx}. */
        ONNX,
        /** {@code slide-model.pt}, whose {@code forward} gives the outputs and whose {@code results} all by name. */
        TORCHSCRIPT
    }

    private static final String CARD = "slide-model.json";
    private static final int CHECKED = 17; // instances of the bag that a written file is tried on

    private AggregatorExport() {}

    /**
     * Writes the model, and {@code slide-model.json} which says what it takes and gives.
     *
     * @param model on the CPU
     * @return the files, the model first
     */
    public static List<Path> write(Path folder, Format format, TrainedAggregator model) throws IOException {
        String card = card(model.config());
        Program program = new Program(model.net(), model.config());
        Path file = folder.resolve(format == Format.ONNX ? "slide-model.onnx" : "slide-model.pt");
        if (format == Format.ONNX) {
            OnnxFile.write(file, program, Map.of("model-card", card));
        } else {
            try (Scope scope = Scope.open();
                    NoGradGuard noGrad = new NoGradGuard()) {
                Tensor bag = new SeededGenerator(0, new Device("cpu"))
                        .normal(1, CHECKED, model.config().width());
                double[] outputs = model.predict(bag).outputs();
                float[] expected = new float[outputs.length];
                for (int i = 0; i < expected.length; i++) {
                    expected[i] = (float) outputs[i];
                }
                TorchScriptFile.write(file, program, "results", card, bag, Tensors.of(expected, 1, expected.length));
            }
        }
        Path written = folder.resolve(CARD);
        AtomicFiles.write(written, card);
        return List.of(file, written);
    }

    private static String card(TrainedAggregator.Config config) {
        Map<String, Object> card = new LinkedHashMap<>();
        card.put("format", "cyphervit-slide-model-card");
        card.put("version", 1);
        card.put("aggregator", config.kind().key());
        card.put("task", config.task().key());
        card.put("classes", config.classes());
        card.put("encoder", config.encoder().isEmpty() ? "not stated" : config.encoder());
        card.put("tile_mpp", config.tileMpp() > 0 ? config.tileMpp() : null);
        card.put("input", Map.of("name", "features", "shape", List.of("tiles", config.width())));
        Map<String, Object> results = new LinkedHashMap<>();
        results.put("outputs", List.of(1, config.outputs()));
        if (config.kind().attends()) {
            results.put("attention", List.of("tiles"));
        }
        card.put("results", results);
        if (config.task() == SlideTask.SURVIVAL) {
            card.put("high_risk_above", config.median());
        }
        return ConfigTree.of(card).toPrettyString() + "\n";
    }

    private record Program(SlideNet net, TrainedAggregator.Config config) implements NetworkProgram {
        @Override
        public String name() {
            return "aggregator";
        }

        @Override
        public String input() {
            return "features";
        }

        @Override
        public String free() {
            return "tiles";
        }

        @Override
        public Map<String, long[]> shapes() {
            Map<String, long[]> shapes = new LinkedHashMap<>();
            shapes.put(input(), new long[] {-1, config.width()});
            shapes.put("outputs", new long[] {1, config.outputs()});
            shapes.put("attention", new long[] {-1});
            return shapes;
        }

        @Override
        public long bytes() {
            return net.state().values().stream().mapToLong(Tensor::nbytes).sum();
        }

        @Override
        public <V> Map<String, V> write(GraphWriter<V> graph, V features) {
            Aggregator.Written<V> written = net.write(graph, features);
            Map<String, V> results = new LinkedHashMap<>();
            boolean classes = config.task() == SlideTask.CLASSES;
            results.put("outputs", classes ? graph.softmax(written.outputs()) : written.outputs());
            V scores = written.scores();
            if (scores != null) {
                results.put("attention", graph.reshape(graph.softmax(scores), -1));
            }
            return results;
        }
    }
}
