package org.cyphervit.study.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.data.Split;
import org.cyphervit.embed.Embedder;
import org.cyphervit.embed.FeatureChoice;
import org.cyphervit.eval.Baselines;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.Samples;
import org.cyphervit.eval.TargetFeatures;
import org.cyphervit.eval.Task;
import org.cyphervit.eval.TrainTest;
import org.cyphervit.eval.protocol.Protocol;
import org.cyphervit.eval.protocol.ProtocolResult;
import org.cyphervit.eval.protocol.Protocols;
import org.cyphervit.study.StudyData;
import org.cyphervit.study.StudyListener;
import org.cyphervit.study.table.ComparedEncoder;
import org.cyphervit.study.table.Measurement;
import org.jspecify.annotations.Nullable;

/**
 * Protocols on frozen features: every metric on the split as given ({@code knn.accuracy}), the numbers of each test sample
 * ({@code knn.samples}), the groups they belong to ({@code groups}), and the first protocol again over five re-splits
 * ({@code knn.accuracy.resplit}), with test over training samples ({@code ratio}).
 *
 * @param labels fingerprint of labels that the tiles' own does not know; or empty
 * @param protocols those of the tables; the first is re-split
 */
public record FrozenMeasurement<S extends Samples<S>>(
        String set, Task<S> task, String labels, List<Protocol<S>> protocols, String device, StudyListener watcher)
        implements Measurement {
    private static final int RESPLITS = 5;

    public static FrozenMeasurement<LabelledFeatures> of(StudyData.ClassSet set, String device, StudyListener watcher) {
        List<Protocol<LabelledFeatures>> all = Protocols.classification(options(device));
        return new FrozenMeasurement<>(
                set.name(),
                Task.ofClasses(set.split()),
                "",
                List.of(Protocols.named(all, "knn"), Protocols.named(all, "linear"), Protocols.named(all, "clusters")),
                device,
                watcher);
    }

    public static FrozenMeasurement<TargetFeatures> of(StudyData.NumberSet set, String device, StudyListener watcher) {
        List<Protocol<TargetFeatures>> all = Protocols.regression(options(device));
        return new FrozenMeasurement<>(
                set.name(),
                new Task<>(set.split(), set.labelling()),
                set.fingerprint(),
                List.of(Protocols.named(all, "ridge"), Protocols.named(all, "least-squares")),
                device,
                watcher);
    }

    @Override
    public String of() {
        Split split = task.split();
        return "1 " + split.train().fingerprint() + " " + split.test().fingerprint() + " "
                + protocols.stream().map(Protocol::name).toList() + " " + RESPLITS
                + labels;
    }

    @Override
    public boolean needsEncoder() {
        return false;
    }

    @Override
    public String description() {
        return String.join(", ", protocols.stream().map(Protocol::name).toList()) + " on " + set + ", " + RESPLITS
                + " re-splits";
    }

    @Override
    public boolean isDone(Map<String, double[]> numbers) {
        return !numbers.isEmpty();
    }

    @Override
    public void measure(
            @Nullable Backbone backbone, ComparedEncoder encoder, long seed, Map<String, double[]> before, Saver save)
            throws IOException {
        TrainTest<S> features = backbone == null
                ? task.baseline(Baselines::colorHistograms)
                : task.embed(
                        backbone,
                        Embedder.of(backbone, 0, device, FeatureChoice.POOLED),
                        watcher.tiles(set, task.tiles()));
        Map<String, double[]> numbers = new LinkedHashMap<>();
        for (Protocol<S> protocol : protocols) {
            ProtocolResult result = protocol.judge(features.train(), features.test());
            result.metrics().forEach((metric, value) -> numbers.put(key(protocol, metric), new double[] {value}));
            numbers.put(key(protocol, "samples"), result.perSample());
        }
        numbers.put(
                "groups",
                Arrays.stream(features.test().groupIds()).asDoubleStream().toArray());
        Protocol<S> first = protocols.getFirst();
        Map<String, List<Double>> resplit = new LinkedHashMap<>();
        for (TrainTest<S> part : features.resplits(RESPLITS, 0)) {
            first.judge(part.train(), part.test())
                    .metrics()
                    .forEach((metric, value) -> resplit.computeIfAbsent(metric, k -> new ArrayList<>())
                            .add(value));
        }
        resplit.forEach((metric, values) -> numbers.put(
                key(first, metric) + ".resplit",
                values.stream().mapToDouble(Double::doubleValue).toArray()));
        numbers.put("ratio", new double[] {features.ratio()});
        save.save(numbers);
    }

    private static String key(Protocol<?> protocol, String metric) {
        return protocol.name() + "." + metric;
    }

    private static Protocols.Options options(String device) {
        return new Protocols.Options(List.of(5, 10, 20, 50, 100, 200), device, 0);
    }
}
