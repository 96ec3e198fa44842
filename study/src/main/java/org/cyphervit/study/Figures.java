package org.cyphervit.study;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.bytedeco.pytorch.Device;
import org.cyphervit.UserError;
import org.cyphervit.augment.Views;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.data.Split;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.TileSubset;
import org.cyphervit.embed.Embedder;
import org.cyphervit.embed.FeatureChoice;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.protocol.Protocol;
import org.cyphervit.eval.protocol.ProtocolResult;
import org.cyphervit.eval.protocol.Protocols;
import org.cyphervit.eval.table.Table;
import org.cyphervit.eval.table.TableFormat;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.file.FileClaim;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.interpret.ContactSheet;
import org.cyphervit.interpret.PhenotypeMaps;
import org.cyphervit.interpret.PhenotypeNames;
import org.cyphervit.interpret.masks.ColorClusters;
import org.cyphervit.interpret.masks.MapScore;
import org.cyphervit.interpret.masks.MapSummary;
import org.cyphervit.interpret.masks.MaskedImage;
import org.cyphervit.interpret.umap.DistanceMetric;
import org.cyphervit.interpret.umap.ScatterPlot;
import org.cyphervit.interpret.umap.Trustworthiness;
import org.cyphervit.interpret.umap.Umap;
import org.cyphervit.interpret.umap.UmapOptions;
import org.cyphervit.study.table.ComparedEncoder;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import org.jspecify.annotations.Nullable;

/** The paper's Figures 1 and 2 for the data of a study, each with a table that puts a number to what it shows. */
public final class Figures {
    private static final int LIMIT = 5000;
    private static final ComparedEncoder CYPHER = ComparedEncoder.trained("dino", "cyphervit", "DINO-CypherViT");
    private static final ComparedEncoder VIT = ComparedEncoder.trained("dino", "vit", "DINO-VanillaViT");

    private final Study study;

    public Figures(Study study) {
        this.study = study;
    }

    /** Figure 1: features of the first set's test tiles as points of a plane (UMAP), and how well clusters fit classes. */
    public Table figure1() throws IOException {
        TileSource tiles = sample(first().test());
        List<ScatterPlot.Panel> panels = new ArrayList<>();
        Table.Builder table = new Table.Builder(
                "Figure 1: clusters of frozen features against classes",
                List.of("features", "NMI", "ARI", "trustworthiness of the plane"));
        Protocol<LabelledFeatures> clusters =
                Protocols.named(Protocols.classification(Protocols.Options.standard()), "clusters");
        for (ComparedEncoder row : List.of(
                ComparedEncoder.imageNet(),
                ComparedEncoder.trained("moco", "vit", "MoCo-VanillaViT"),
                VIT,
                ComparedEncoder.trained("ibot", "vit", "iBOT"),
                CYPHER)) {
            @Nullable Backbone backbone = open(row, table);
            if (backbone == null) {
                continue;
            }
            try (backbone) {
                String device = study.encoders().device();
                LabelledFeatures features = LabelledFeatures.of(
                        tiles,
                        Embedder.of(backbone, 0, device, FeatureChoice.POOLED)
                                .embed(backbone, tiles, study.watcher().tiles(row.title(), tiles.size())));
                FeatureMatrix plane = Umap.of(features.features(), UmapOptions.standard());
                int k = Math.clamp((features.size() - 1) / 2, 1, 15);
                double trust = Trustworthiness.of(features.features(), plane, k, DistanceMetric.COSINE);
                ProtocolResult result = clusters.judge(features, features);
                table.row(List.of(
                        row.title(), number(result.metric("nmi")), number(result.metric("ari")), number(trust)));
                panels.add(new ScatterPlot.Panel(
                        row.title(),
                        String.format(Locale.ROOT, "NMI %.3f", result.metric("nmi")),
                        plane,
                        features.labels()));
            }
        }
        ScatterPlot plot = new ScatterPlot(panels, tiles.classes(), 360);
        AtomicFiles.write(study.out().resolve("figure1.svg"), plot.svg());
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(plot.image(), "png", png);
        AtomicFiles.write(study.out().resolve("figure1.png"), png.size(), channel -> {
            ByteBuffer bytes = ByteBuffer.wrap(png.toByteArray());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        });
        return write("figure1", table);
    }

    /**
     * Figure 2: which pixels each token of DINO-CypherViT and each head of DINO-ViT holds, and how well that fits masks.
     *
     * @param masked images with masks
     */
    public Table figure2(List<MaskedImage> masked) throws IOException {
        Table.Builder table = new Table.Builder(
                "Figure 2: maps against masks of " + masked.size() + " images",
                List.of("maps", "best Dice", "best AUROC", "matched Dice", "Dice, one for all"));
        int tokens = 2;
        for (ComparedEncoder row : List.of(
                CYPHER,
                VIT,
                ComparedEncoder.untrained("cyphervit", "CypherViT, untrained (baseline)"),
                ComparedEncoder.untrained("vit", "ViT, untrained (baseline)"))) {
            @Nullable Backbone backbone = open(row, table);
            if (backbone == null) {
                continue;
            }
            try (backbone) {
                Device device = Scope.keep(Engine.device(study.encoders().device()));
                tokens = Math.max(tokens, sheet(row, backbone, device));
                table.row(row(
                        row.title(),
                        masked,
                        image -> PhenotypeMaps.of(backbone, image.image(), 4, device)
                                .shares()));
            }
        }
        int k = tokens;
        table.row(row(
                "Colours of each image (baseline)",
                masked,
                image -> ColorClusters.of(List.of(image.image()), k, 0).maps(image.image())));
        table.row(row("The whole image (baseline)", masked, image -> ColorClusters.everything(image.image())));
        return write("figure2", table);
    }

    private interface Maps {
        List<float[]> of(MaskedImage image);
    }

    private static List<String> row(String name, List<MaskedImage> masked, Maps maps) {
        List<MapScore> scores =
                masked.stream().map(image -> MapScore.of(maps.of(image), image)).toList();
        MapSummary summary = MapSummary.of(name, scores, masked.getFirst().isBinary());
        return List.of(
                name,
                number(summary.bestDice()),
                number(summary.bestAuroc()),
                number(summary.matchedDice()),
                number(summary.fixedDice()));
    }

    // A picture of maps, a tile of each class; returns how many maps there are.
    private int sheet(ComparedEncoder row, Backbone backbone, Device device) throws IOException {
        TileSource test = first().test();
        List<ContactSheet.Row> rows = new ArrayList<>();
        int tokens = 0;
        for (int label = 0; label < test.classes().size(); label++) {
            int wanted = label;
            int tile = IntStream.range(0, test.size())
                    .filter(i -> test.label(i) == wanted)
                    .findFirst()
                    .orElse(-1);
            if (tile >= 0) {
                PhenotypeMaps maps = PhenotypeMaps.of(
                        backbone,
                        Views.whole(test.read(tile), 2 * backbone.config().imageSize()),
                        4,
                        device);
                tokens = maps.tokens();
                rows.add(ContactSheet.row(test.classes().get(label), maps));
            }
        }
        PhenotypeNames names = PhenotypeNames.of(backbone.config(), Map.of());
        Path file = study.out().resolve("figure2-" + row.id() + ".png");
        ImageFiles.writePng(file, ContactSheet.draw(ContactSheet.titles(names), rows, 168, names.names()));
        return tokens;
    }

    private @Nullable Backbone open(ComparedEncoder row, Table.Builder table) throws IOException {
        try (FileClaim claim = study.encoders().await(row, 0)) {
            study.encoders().train(row, 0);
        }
        if (study.encoders().state(row, 0) == Encoders.State.FAILED) {
            table.note(row.title() + " is missing: " + study.encoders().reason(row, 0));
            return null;
        }
        return study.encoders().open(row, 0);
    }

    private Table write(String name, Table.Builder builder) throws IOException {
        Table table = builder.build();
        for (TableFormat format : TableFormat.values()) {
            table.write(study.out().resolve(name + "." + format.extension()));
        }
        return table;
    }

    private Split first() {
        if (study.data().classified().isEmpty()) {
            throw new UserError("A figure needs a set with classes (setting 'classify' NAME=TRAIN:TEST).");
        }
        return study.data().classified().getFirst().split();
    }

    private static TileSource sample(TileSource source) {
        if (source.size() <= LIMIT) {
            return source;
        }
        List<Integer> all =
                new ArrayList<>(Arrays.stream(IntStream.range(0, source.size()).toArray())
                        .boxed()
                        .toList());
        Collections.shuffle(all, new Random(0));
        return new TileSubset(source, all.stream().limit(LIMIT).sorted().toList());
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.3f", value);
    }
}
