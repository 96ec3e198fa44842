package org.cyphervit.mil.fit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.checkpoint.SafeTensors;
import org.cyphervit.mil.aggregator.Aggregator;
import org.cyphervit.mil.aggregator.AggregatorKind;
import org.cyphervit.mil.aggregator.AggregatorOptions;
import org.cyphervit.mil.bag.Bag;
import org.cyphervit.mil.bag.BagReader;
import org.cyphervit.mil.bag.Example;
import org.cyphervit.mil.bag.SlideTask;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/** An aggregator that was trained, in a safetensors file with all that is needed to use it again. */
public final class TrainedAggregator implements AutoCloseable {
    /** The file's name in a folder. */
    public static final String NAME = "slide-model.safetensors";

    private static final String FORMAT = "cyphervit-slide-model";
    private static final String CONFIG = "config";

    private final SlideNet net;
    private final Config config;

    /**
     * What it is.
     *
     * @param version of this form
     * @param kind of the aggregator
     * @param aggregator how it is built
     * @param task what it says of slides
     * @param classes names in label order; empty unless the task is classes
     * @param width D
     * @param encoder whose features it takes; empty where that is unknown
     * @param median of the training risks, above which a risk is high; 0 unless the task is survival
     * @param tileMpp microns per pixel of the tiles that the encoder beside it is shown; 0 where there is none
     */
    public record Config(
            int version,
            AggregatorKind kind,
            AggregatorOptions aggregator,
            SlideTask task,
            List<String> classes,
            int width,
            String encoder,
            double median,
            double tileMpp) {
        public Config {
            classes = List.copyOf(classes);
            if (version != 1) {
                throw new UserError("A slide model of version " + version + "; this program knows version 1.");
            }
        }

        /** Outputs in a word or two: the likeliest class, the number, or the group of risk. */
        public String verdict(double[] outputs) {
            return switch (task) {
                case CLASSES -> {
                    int best = 0;
                    for (int c = 1; c < outputs.length; c++) {
                        best = outputs[c] > outputs[best] ? c : best;
                    }
                    yield classes.get(best);
                }
                case NUMBER -> String.format(Locale.ROOT, "%.4g", outputs[0]);
                case SURVIVAL -> outputs[0] > median ? "high risk" : "low risk";
            };
        }

        int outputs() {
            return task == SlideTask.CLASSES ? classes.size() : 1;
        }
    }

    /**
     * What is said of a bag.
     *
     * @param outputs probabilities of the classes, a number, or a log risk
     * @param attention how much each instance counts, summing to 1; null where the aggregator does not attend
     */
    public record Prediction(double[] outputs, float @Nullable [] attention) {}

    /** @param net owned and closed by this */
    public TrainedAggregator(SlideNet net, Config config) {
        this.net = net;
        this.config = config;
    }

    public Config config() {
        return config;
    }

    /** The network, for export. */
    public SlideNet net() {
        return net;
    }

    /**
     * Writes the file.
     *
     * @param notes such as how it was trained and on what
     */
    public void write(Path file, Map<String, String> notes) throws IOException {
        Map<String, String> all = new LinkedHashMap<>(notes);
        all.put("format", FORMAT);
        all.put(CONFIG, ConfigTree.of(config).toString());
        try (Scope scope = Scope.open()) {
            SafeTensors.write(file, net.state(), all);
        }
    }

    /**
     * Reads a file.
     *
     * @param place the file, or a folder that holds {@link #NAME}
     * @throws UserError if it is none
     */
    public static TrainedAggregator read(Path place, Device device) throws IOException {
        Path file = Files.isDirectory(place) ? place.resolve(NAME) : place;
        if (!Files.isRegularFile(file)) {
            throw new UserError("There is no slide model at '" + file + "'.");
        }
        try (Scope scope = Scope.open()) {
            SafeTensors.Contents contents = SafeTensors.read(file);
            String text = contents.metadata().get(CONFIG);
            if (!FORMAT.equals(contents.metadata().get("format")) || text == null) {
                throw new UserError("'" + file + "' is no slide model; name what 'slide train' wrote.");
            }
            Config config = ConfigTree.to(ConfigTree.parse(text), Config.class, "config of '" + file + "'");
            SlideNet net =
                    new SlideNet(config.kind, config.width, config.outputs(), config.aggregator, new Init(0, device));
            net.load(contents.tensors());
            net.trainable(false);
            return new TrainedAggregator(net, config);
        }
    }

    /**
     * What it says of an example.
     *
     * @throws UserError if the features have another width, or are of another encoder
     */
    public Prediction predict(Example example) throws IOException {
        for (Bag bag : example.bags()) {
            requireFits(bag);
        }
        try (Scope scope = Scope.open()) {
            return predict(BagReader.read(example));
        }
    }

    /** What it says of features (N,D), N at least 1. */
    public Prediction predict(Tensor features) {
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Aggregator.Pooled pooled = net.forward(Tensors.onto(features, net.device()), ForwardMode.evaluation());
            double[] outputs = Tensors.doubles(net.unscaled(pooled.outputs()));
            Tensor attention = pooled.attention();
            return new Prediction(
                    config.task == SlideTask.CLASSES ? softmax(outputs) : outputs,
                    attention == null ? null : Tensors.floats(attention));
        }
    }

    private void requireFits(Bag bag) {
        if (bag.width() != config.width) {
            throw new UserError("'" + bag.file() + "' has features of " + bag.width()
                    + " numbers; the slide model takes " + config.width + ". Embed with the encoder that it was trained"
                    + " with" + (config.encoder.isEmpty() ? "." : ", " + config.encoder + "."));
        }
        String encoder = bag.encoder();
        if (encoder != null && !config.encoder.isEmpty() && !encoder.equals(config.encoder)) {
            throw new UserError("'" + bag.file() + "' has features of the encoder " + encoder
                    + "; the slide model was trained on those of " + config.encoder + ".");
        }
        if (bag.rows() == 0) {
            throw new UserError("'" + bag.file() + "' has no tile of slide '" + bag.slide() + "': an empty bag.");
        }
    }

    /** Logits as probabilities. */
    public static double[] softmax(double[] logits) {
        double largest = Arrays.stream(logits).max().orElseThrow();
        double[] shares = Arrays.stream(logits).map(v -> Math.exp(v - largest)).toArray();
        double sum = Arrays.stream(shares).sum();
        return Arrays.stream(shares).map(v -> v / sum).toArray();
    }

    @Override
    public void close() {
        net.close();
    }
}
