package org.cyphervit.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.cyphervit.UserError;
import org.cyphervit.eval.finetune.FewLabels;
import org.cyphervit.eval.finetune.FineTuneOptions;
import org.cyphervit.study.measure.Columns;
import org.cyphervit.study.measure.FewLabelsMeasurement;
import org.cyphervit.study.table.Claim;
import org.cyphervit.study.table.Column;
import org.cyphervit.study.table.ComparedEncoder;
import org.cyphervit.study.table.Measurement;
import org.cyphervit.study.table.StudyTable;
import org.jspecify.annotations.Nullable;

/** Tables 1 to 4 of the paper for the data of a study. */
final class PaperTables {
    /** Rows below the others of every table. */
    static final List<ComparedEncoder> BASELINES = List.of(
            ComparedEncoder.untrained("vit", "ViT, untrained (baseline)"),
            ComparedEncoder.untrained("cyphervit", "CypherViT, untrained (baseline)"),
            ComparedEncoder.color());

    private static final ComparedEncoder DINO_CYPHER = ComparedEncoder.trained("dino", "cyphervit", "DINO-CypherViT");

    private final StudyData data;
    private final Budget budget;
    private final Columns columns;
    private final FineTuneOptions tuning;
    private final StudyListener watcher;

    PaperTables(StudyData data, Budget budget, Columns columns, FineTuneOptions tuning, StudyListener watcher) {
        this.data = data;
        this.budget = budget;
        this.columns = columns;
        this.tuning = tuning;
        this.watcher = watcher;
    }

    /** The table of that name; null where it is none of the paper's. */
    @Nullable
    StudyTable named(String name) {
        return switch (name) {
            case "table1" -> table1();
            case "table2" -> table2();
            case "table3" -> table3();
            case "table4" -> table4();
            default -> null;
        };
    }

    private StudyTable table1() {
        List<ComparedEncoder> others = List.of(
                ComparedEncoder.imageNet(),
                ComparedEncoder.trained("simclr", "vit", "SimCLR"),
                ComparedEncoder.trained("moco", "vit", "MoCo"),
                ComparedEncoder.trained("ibot", "vit", "iBOT"),
                ComparedEncoder.trained("dino", "vit", "DINO"));
        List<Column> columns = with(this.columns.probes(), this.columns.numbers(false));
        List<Claim> claims = new ArrayList<>();
        columns.forEach(column -> claims.add(
                new Claim.Beats("DINO-CypherViT is best in " + column.title(), DINO_CYPHER, others, column)));
        return StudyTable.ofPaper(
                "table1",
                "Table 1: k-NN and linear probing accuracy (%), regression",
                with(others, List.of(DINO_CYPHER), BASELINES),
                columns,
                claims);
    }

    private StudyTable table2() {
        if (data.classified().isEmpty()) {
            throw new UserError("Table 2 needs a set with classes (setting 'classify' NAME=TRAIN:TEST).");
        }
        StudyData.ClassSet set = data.classified().getFirst();
        ComparedEncoder scratch = ComparedEncoder.untrained("vit", "Fully-supervised (ViT)");
        List<ComparedEncoder> others = List.of(
                ComparedEncoder.trained("moco", "vit", "MoCo"),
                ComparedEncoder.trained("ibot", "vit", "iBOT"),
                ComparedEncoder.trained("dino", "vit", "DINO"));
        ComparedEncoder cypherScratch = ComparedEncoder.untrained("cyphervit", "CypherViT, fully supervised (ours)");
        Measurement work = new FewLabelsMeasurement(set, tuning, watcher);
        List<Column> columns = new ArrayList<>();
        List<Claim> claims = new ArrayList<>();
        for (double share : FewLabels.SHARES) {
            Column column = new Column(
                    String.format(Locale.ROOT, "%.0f %%", 100 * share),
                    work,
                    FewLabelsMeasurement.key(share),
                    "few-" + share + ".samples",
                    false,
                    true,
                    true,
                    Double.toString(share));
            columns.add(column);
            claims.add(new Claim.Beats(
                    "DINO-CypherViT is best with " + column.title() + " of the labels",
                    DINO_CYPHER,
                    with(List.of(scratch), others),
                    column));
        }
        return StudyTable.ofPaper(
                "table2",
                "Table 2: accuracy (%) on " + set.name() + " after fine-tuning with a share of the labels",
                with(List.of(scratch), others, List.of(DINO_CYPHER, cypherScratch)),
                columns,
                claims);
    }

    private StudyTable table3() {
        List<ComparedEncoder> rows = new ArrayList<>(List.of(ComparedEncoder.trained("mae", "vit", "MAE")));
        List<Column> columns = with(this.columns.resplitNeighbours(), this.columns.numbers(true));
        List<Claim> claims = new ArrayList<>();
        for (String method : List.of("simclr", "moco", "dino")) {
            String name = method.equals("simclr") ? "SimCLR" : method.equals("moco") ? "MoCo" : "DINO";
            ComparedEncoder vit = ComparedEncoder.trained(method, "vit", name + " VanillaViT");
            ComparedEncoder cypher = ComparedEncoder.trained(method, "cyphervit", name + " CypherViT");
            rows.addAll(List.of(vit, cypher));
            columns.forEach(column -> claims.add(new Claim.Beats(
                    name + ": CypherViT beats the ViT in " + column.title(), cypher, List.of(vit), column)));
        }
        return StudyTable.ofPaper(
                "table3",
                "Table 3: two backbones under each method, mean ± std over five re-splits",
                with(rows, BASELINES),
                columns,
                claims);
    }

    private StudyTable table4() {
        List<List<ComparedEncoder>> byTokens = new ArrayList<>();
        for (int tokens : List.of(4, 8)) {
            List<ComparedEncoder> rows = new ArrayList<>();
            for (int locals : List.of(0, 2, 4, 8)) {
                rows.add(new ComparedEncoder(
                        "tokens" + tokens + "-locals" + locals,
                        tokens + " [cls], " + locals + " local views",
                        ComparedEncoder.Kind.TRAINED,
                        "dino",
                        "cyphervit",
                        List.of(budget.tokens(tokens), "views.locals=" + locals)));
            }
            byTokens.add(rows);
        }
        List<Column> columns = with(this.columns.neighbours(), this.columns.numbers(false));
        List<Claim> claims = new ArrayList<>();
        for (Column column : columns) {
            claims.add(new Claim.PairsBeat(
                    "4 final tokens beat 8 in " + column.title(), byTokens.get(0), byTokens.get(1), column));
        }
        for (Column column : columns) {
            int best = column.title().endsWith("Acc@1") ? 1 : 2; // 2 local views for classes, 4 for numbers
            if (!column.title().endsWith("Acc@3")) {
                claims.add(new Claim.Beats(
                        byTokens.get(0).get(best).title() + " is best in " + column.title(),
                        byTokens.get(0).get(best),
                        with(byTokens.get(0), byTokens.get(1)).stream()
                                .filter(row -> !row.equals(byTokens.get(0).get(best)))
                                .toList(),
                        column));
            }
        }
        return StudyTable.ofPaper(
                "table4",
                "Table 4: final tokens and local views of DINO-CypherViT",
                with(byTokens.get(0), byTokens.get(1), BASELINES.subList(1, 3)),
                columns,
                claims);
    }

    @SafeVarargs
    private static <T> List<T> with(List<T>... parts) {
        List<T> all = new ArrayList<>();
        for (List<T> part : parts) {
            all.addAll(part);
        }
        return all;
    }
}
