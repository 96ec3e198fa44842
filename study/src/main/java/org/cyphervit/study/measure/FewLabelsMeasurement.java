package org.cyphervit.study.measure;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.data.TileSource;
import org.cyphervit.eval.finetune.FewLabels;
import org.cyphervit.eval.finetune.FineTuneOptions;
import org.cyphervit.eval.metric.ClassMetric;
import org.cyphervit.nn.Layer;
import org.cyphervit.study.StudyData;
import org.cyphervit.study.StudyListener;
import org.cyphervit.study.table.ComparedEncoder;
import org.cyphervit.study.table.Measurement;
import org.jspecify.annotations.Nullable;

/**
 * Fine-tuning with shares of the labels (Table 2): {@code few-0.1.accuracy}, {@code few-0.1.samples}, {@code groups}. Each
 * share is kept as soon as it is measured.
 *
 * @param options of fine-tuning; those from scratch have no layer decay
 */
public record FewLabelsMeasurement(StudyData.ClassSet data, FineTuneOptions options, StudyListener watcher)
        implements Measurement {
    @Override
    public String set() {
        return data.name() + "-few-labels";
    }

    @Override
    public String of() {
        return "1 " + data.split().train().fingerprint() + " "
                + data.split().test().fingerprint() + " " + options;
    }

    @Override
    public boolean needsEncoder() {
        return true;
    }

    @Override
    public String description() {
        int tiles = data.split().train().size();
        long steps = FewLabels.SHARES.stream()
                .mapToLong(share -> options.steps((int) (0.8 * share * tiles)))
                .sum();
        return "fine-tuning on " + data.name() + " with " + FewLabels.SHARES.size() + " shares of the labels, at most "
                + steps + " steps of " + options.batch() + " tiles";
    }

    @Override
    public boolean isDone(Map<String, double[]> numbers) {
        return FewLabels.SHARES.stream().allMatch(share -> numbers.containsKey(key(share)));
    }

    @Override
    public void measure(
            @Nullable Backbone backbone, ComparedEncoder encoder, long seed, Map<String, double[]> before, Saver save)
            throws IOException {
        if (backbone == null) {
            throw new IllegalArgumentException("Fine-tuning needs a network.");
        }
        Map<String, double[]> numbers = new LinkedHashMap<>(before);
        numbers.put("groups", groups(data.split().test()));
        FineTuneOptions seeded = options.withSeed(seed)
                .withLayerDecay(encoder.kind() == ComparedEncoder.Kind.UNTRAINED ? 1 : options.layerDecay());
        for (double share : FewLabels.SHARES) {
            if (!numbers.containsKey(key(share))) {
                FewLabels.Outcome outcome = new FewLabels(data.split(), seeded)
                        .learn(copy(backbone), share, (step, steps) -> watcher.step(set() + " " + share, step, steps));
                numbers.put(key(share), new double[] {outcome.test().get(ClassMetric.ACCURACY)});
                numbers.put("few-" + share + ".samples", outcome.test().hits());
                save.save(numbers);
            }
        }
    }

    public static String key(double share) {
        return "few-" + share + ".accuracy";
    }

    private Backbone copy(Backbone backbone) {
        Backbone copy = backbone.config().build(0, org.cyphervit.torch.Engine.device(options.device()));
        ((Layer) copy).copyFrom(backbone);
        return copy;
    }

    private static double[] groups(TileSource source) {
        java.util.List<String> names = IntStream.range(0, source.size())
                .mapToObj(i -> source.group(i) == null ? "tile " + i : "group " + source.group(i))
                .toList();
        Map<String, Integer> numbers = new LinkedHashMap<>();
        names.forEach(name -> numbers.putIfAbsent(name, numbers.size()));
        return Arrays.stream(names.toArray(String[]::new))
                .mapToDouble(name -> java.util.Objects.requireNonNull(numbers.get(name)))
                .toArray();
    }
}
