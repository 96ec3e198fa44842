package org.cyphervit.ssl.tokens;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.augment.ViewMeasure;
import org.cyphervit.augment.batch.CpuViewBatch;
import org.cyphervit.augment.batch.ViewBatch;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.data.TileSource;
import org.cyphervit.torch.Tensors;

/** The truth that tokens are held against: of each view from its pixels and crop, of each tile from the labels file. */
public final class TargetValues {
    private final List<Target> targets = new ArrayList<>();
    private final List<ViewMeasure> measures = new ArrayList<>();
    private final List<Optional<TileLabels>> labels = new ArrayList<>();

    /**
     * What one token is to tell.
     *
     * @param name as the recipe has it, in letters, digits and underscores
     * @param token number of the final token, from 0
     * @param classes number of classes, or 0 for a value
     */
    public record Target(String name, int token, int classes) {}

    private TargetValues() {}

    /** Reads the labels file where one is used. */
    public static TargetValues of(TokenTargetOptions options, TileSource source) {
        TargetValues values = new TargetValues();
        for (int token : options.used()) {
            String word = options.tokens().get(token);
            Optional<TileLabels> column = TokenTargetOptions.column(word)
                    .map(name -> TileLabels.read(Path.of(options.labels()), name, source));
            values.labels.add(column);
            values.targets.add(new Target(
                    word.replaceAll("[^\\p{L}\\p{N}]+", "_"),
                    token,
                    column.map(c -> c.classes().size()).orElse(0)));
            TokenTargetOptions.measure(word).ifPresent(values.measures::add);
        }
        return values;
    }

    public List<Target> targets() {
        return List.copyOf(targets);
    }

    /** What the loader must measure of views. */
    public List<ViewMeasure> measures() {
        return List.copyOf(measures);
    }

    /** What tells whether the labels file still says the same; empty without one. */
    public String fingerprint() {
        int hash = 0;
        for (Optional<TileLabels> column : labels) {
            if (column.isPresent()) {
                hash = 31 * hash + Arrays.hashCode(column.get().values());
                hash = 31 * hash + column.get().classes().hashCode();
            }
        }
        return labels.stream().anyMatch(Optional::isPresent) ? Integer.toHexString(hash) : "";
    }

    /**
     * How well each token's map lies where its target is, by {@code map_} and the target's name; for targets and backbones
     * that have maps.
     */
    public Map<String, Double> agreement(Backbone encoder, ViewBatch batch, Device device) {
        Map<String, Double> agreement = new LinkedHashMap<>();
        if (!(batch instanceof CpuViewBatch views)) {
            return agreement; // no measure was asked for: only views made on the CPU have them
        }
        Map<ViewMeasure, double[]> byMeasure =
                MapAgreement.of(encoder, views.views().getFirst(), views.sizes()[0], measures, device);
        for (Target target : targets) {
            TokenTargetOptions.measure(target.name()).map(byMeasure::get).ifPresent(byToken -> {
                if (Double.isFinite(byToken[target.token()])) {
                    agreement.put("map_" + target.name(), byToken[target.token()]);
                }
            });
        }
        return agreement;
    }

    /** The truth of a batch, float32 (V*B,T) in the order of the views, NaN where it is not known. */
    public Tensor of(ViewBatch batch, Device device) {
        int V = batch.sizes().length;
        int B = batch.tiles().length;
        int T = targets.size();
        float[] values = new float[V * B * T];
        for (int v = 0; v < V; v++) {
            for (int b = 0; b < B; b++) {
                int measure = 0;
                for (int t = 0; t < T; t++) {
                    Optional<TileLabels> column = labels.get(t);
                    values[(v * B + b) * T + t] = column.isPresent()
                            ? column.get().values()[batch.tiles()[b]]
                            : batch.measured().get(v)[b * measures.size() + measure++];
                }
            }
        }
        return Tensors.onto(Tensors.of(values, (long) V * B, T), device);
    }
}
