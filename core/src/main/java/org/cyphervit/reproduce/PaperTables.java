package org.cyphervit.reproduce;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.cyphervit.UserError;
import org.cyphervit.eval.finetune.FewLabels;
import org.cyphervit.eval.finetune.FineTuneOptions;

/** Tables 1 to 4 of the paper for the data of a study. */
final class PaperTables {
    private static final List<Entrant> FLOORS = List.of(
            Entrant.untrained("vit", "ViT, untrained (floor)"),
            Entrant.untrained("cyphervit", "CypherViT, untrained (floor)"),
            Entrant.color());
    private static final Entrant DINO_CYPHER = Entrant.trained("dino", "cyphervit", "DINO-CypherViT");

    private final StudyData data;
    private final Budget budget;
    private final FineTuneOptions tuning;
    private final Watcher watcher;

    PaperTables(StudyData data, Budget budget, FineTuneOptions tuning, Watcher watcher) {
        this.data = data;
        this.budget = budget;
        this.tuning = tuning;
        this.watcher = watcher;
    }

    /** The table of that name. */
    PaperTable named(String name) {
        return switch (name) {
            case "table1" -> table1();
            case "table2" -> table2();
            case "table3" -> table3();
            case "table4" -> table4();
            default -> throw new UserError("Unknown table '" + name + "'; expected table1, table2, table3 or table4.");
        };
    }

    private PaperTable table1() {
        List<Entrant> others = List.of(
                Entrant.imageNet(),
                Entrant.trained("simclr", "vit", "SimCLR"),
                Entrant.trained("moco", "vit", "MoCo"),
                Entrant.trained("ibot", "vit", "iBOT"),
                Entrant.trained("dino", "vit", "DINO"));
        List<Column> columns = new ArrayList<>();
        for (StudyData.ClassSet set : data.classified()) {
            Work work = FrozenWork.of(set, tuning.device(), watcher);
            columns.add(accuracy(set.name() + " KNN", work, "knn", false, set.column() + ".knn"));
            columns.add(accuracy(set.name() + " Linear", work, "linear", false, set.column() + ".linear"));
        }
        columns.addAll(numbers(false));
        List<Claim> claims = new ArrayList<>();
        columns.forEach(column -> claims.add(
                new Claim.Beats("DINO-CypherViT is best in " + column.title(), DINO_CYPHER, others, column)));
        return new PaperTable(
                "table1",
                "Table 1: k-NN and linear probing accuracy (%), regression",
                with(others, List.of(DINO_CYPHER), FLOORS),
                columns,
                claims);
    }

    private PaperTable table2() {
        if (data.classified().isEmpty()) {
            throw new UserError("Table 2 needs a set with classes: give --classify NAME=TRAIN:TEST.");
        }
        StudyData.ClassSet set = data.classified().getFirst();
        Entrant scratch = Entrant.untrained("vit", "Fully-supervised (ViT)");
        List<Entrant> others = List.of(
                Entrant.trained("moco", "vit", "MoCo"),
                Entrant.trained("ibot", "vit", "iBOT"),
                Entrant.trained("dino", "vit", "DINO"));
        Entrant cypherScratch = Entrant.untrained("cyphervit", "CypherViT, fully supervised (ours)");
        Work work = new FewLabelsWork(set, tuning, watcher);
        List<Column> columns = new ArrayList<>();
        List<Claim> claims = new ArrayList<>();
        for (double share : FewLabels.SHARES) {
            Column column = new Column(
                    String.format(Locale.ROOT, "%.0f %%", 100 * share),
                    work,
                    FewLabelsWork.key(share),
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
        return new PaperTable(
                "table2",
                "Table 2: accuracy (%) on " + set.name() + " after fine-tuning with a share of the labels",
                with(List.of(scratch), others, List.of(DINO_CYPHER, cypherScratch)),
                columns,
                claims);
    }

    private PaperTable table3() {
        List<Entrant> rows = new ArrayList<>(List.of(Entrant.trained("mae", "vit", "MAE")));
        List<Column> columns = new ArrayList<>();
        for (StudyData.ClassSet set : data.classified()) {
            Work work = FrozenWork.of(set, tuning.device(), watcher);
            columns.add(accuracy(set.name() + " KNN", work, "knn", true, set.column() + ".knn"));
        }
        columns.addAll(numbers(true));
        List<Claim> claims = new ArrayList<>();
        for (String method : List.of("simclr", "moco", "dino")) {
            String name = method.equals("simclr") ? "SimCLR" : method.equals("moco") ? "MoCo" : "DINO";
            Entrant vit = Entrant.trained(method, "vit", name + " VanillaViT");
            Entrant cypher = Entrant.trained(method, "cyphervit", name + " CypherViT");
            rows.addAll(List.of(vit, cypher));
            columns.forEach(column -> claims.add(new Claim.Beats(
                    name + ": CypherViT beats the ViT in " + column.title(), cypher, List.of(vit), column)));
        }
        return new PaperTable(
                "table3",
                "Table 3: two backbones under each method, mean ± std over five re-splits",
                with(rows, FLOORS),
                columns,
                claims);
    }

    private PaperTable table4() {
        List<List<Entrant>> byTokens = new ArrayList<>();
        for (int tokens : List.of(4, 8)) {
            List<Entrant> rows = new ArrayList<>();
            for (int locals : List.of(0, 2, 4, 8)) {
                rows.add(new Entrant(
                        "tokens" + tokens + "-locals" + locals,
                        tokens + " [cls], " + locals + " local views",
                        Entrant.Kind.TRAINED,
                        "dino",
                        "cyphervit",
                        List.of(budget.tokens(tokens), "views.locals=" + locals)));
            }
            byTokens.add(rows);
        }
        List<Column> columns = new ArrayList<>();
        for (StudyData.ClassSet set : data.classified()) {
            Work work = FrozenWork.of(set, tuning.device(), watcher);
            columns.add(accuracy(set.name() + " Acc@1", work, "knn", false, set.column() + ".acc1"));
            columns.add(new Column(
                    set.name() + " Acc@3", work, "knn.accuracy_at_3", "", false, true, true, set.column() + ".acc3"));
        }
        columns.addAll(numbers(false));
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
        return new PaperTable(
                "table4",
                "Table 4: final tokens and local views of DINO-CypherViT",
                with(byTokens.get(0), byTokens.get(1), FLOORS.subList(1, 3)),
                columns,
                claims);
    }

    private List<Column> numbers(boolean resplit) {
        List<Column> columns = new ArrayList<>();
        for (StudyData.NumberSet set : data.measured()) {
            Work work = FrozenWork.of(set, tuning.device(), watcher);
            columns.add(new Column(
                    set.name() + " MSE",
                    work,
                    "ridge.mse",
                    "ridge.samples",
                    resplit,
                    false,
                    false,
                    set.column() + ".mse"));
            columns.add(new Column(
                    set.name() + " Tau", work, "ridge.tau", "", resplit, false, true, set.column() + ".tau"));
        }
        return columns;
    }

    private static Column accuracy(String title, Work work, String protocol, boolean resplit, String paper) {
        return new Column(title, work, protocol + ".accuracy", protocol + ".samples", resplit, true, true, paper);
    }

    @SafeVarargs
    private static List<Entrant> with(List<Entrant>... parts) {
        List<Entrant> all = new ArrayList<>();
        for (List<Entrant> part : parts) {
            all.addAll(part);
        }
        return all;
    }
}
