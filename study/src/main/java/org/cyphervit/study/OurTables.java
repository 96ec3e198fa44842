package org.cyphervit.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.cyphervit.study.measure.Columns;
import org.cyphervit.study.table.Claim;
import org.cyphervit.study.table.Column;
import org.cyphervit.study.table.ComparedEncoder;
import org.cyphervit.study.table.StudyTable;
import org.cyphervit.train.recipe.Recipe;
import org.jspecify.annotations.Nullable;

/** Tables that the paper does not have: all methods on all backbones at equal cost, and what the paper leaves open. */
final class OurTables {
    private final StudyData data;
    private final Budget budget;
    private final Columns columns;
    private final Function<ComparedEncoder, Recipe> recipes;

    /** @param recipes the whole recipe of an entrant, with seed 0 */
    OurTables(StudyData data, Budget budget, Columns columns, Function<ComparedEncoder, Recipe> recipes) {
        this.data = data;
        this.budget = budget;
        this.columns = columns;
        this.recipes = recipes;
    }

    /** A method as tables name it. */
    private record Named(String name, String title) {}

    /** The table of that name; null where it is none of ours. */
    @Nullable
    StudyTable named(String name) {
        return switch (name) {
            case "matrix" -> matrix();
            case "ablation" -> ablation();
            default -> null;
        };
    }

    // Every row costs what SimCLR on the ViT costs by the recipe and the user's settings.
    private StudyTable matrix() {
        Recipe first = recipes.apply(ComparedEncoder.trained("simclr", "vit", "SimCLR ViT"));
        double budgeted =
                operationsPerStep(first) * first.run().totalSteps(data.tiles().size());
        List<Column> measured = new ArrayList<>(columns.probes());
        measured.addAll(columns.numbers(false));
        List<ComparedEncoder> rows = new ArrayList<>();
        List<Claim> claims = new ArrayList<>();
        for (Named method : methods()) {
            ComparedEncoder vit = costing(budgeted, method, "vit", "ViT");
            rows.add(vit);
            if (!method.name.equals("mae")) { // which needs the patches that CypherViT merges
                ComparedEncoder cypher = costing(budgeted, method, "cyphervit", "CypherViT");
                rows.add(cypher);
                measured.forEach(column -> claims.add(new Claim.Beats(
                        method.title + ": CypherViT beats the ViT in " + column.title(),
                        cypher,
                        List.of(vit),
                        column)));
            }
        }
        rows.addAll(PaperTables.BASELINES);
        String cost = String.format(
                Locale.ROOT,
                "Equal cost: each row was trained with %.3g TFLOP of matrix products, as many steps as they last for.",
                budgeted / 1e12);
        return new StudyTable(
                "matrix",
                "Methods and backbones at equal cost: k-NN and linear probing accuracy (%), regression",
                rows,
                measured,
                claims,
                List.of(cost, StudyTable.CHOSEN));
    }

    private List<Named> methods() {
        List<Named> methods = new ArrayList<>(List.of(
                new Named("simclr", "SimCLR"),
                new Named("moco", "MoCo"),
                new Named("dino", "DINO"),
                new Named("ibot", "iBOT"),
                new Named("dinov2", "DINOv2"),
                new Named("mae", "MAE")));
        if (!data.tiles().classes().isEmpty()) {
            methods.add(new Named("supervised", "Supervised"));
        }
        return methods;
    }

    private ComparedEncoder costing(double budgeted, Named method, String backbone, String title) {
        ComparedEncoder plain = ComparedEncoder.trained(method.name, backbone, method.title + " " + title);
        long steps = Math.max(1, Math.round(budgeted / operationsPerStep(recipes.apply(plain))));
        return plain.with(plain.id(), plain.title() + ", " + steps + " steps", List.of("run.steps=" + steps));
    }

    private static double operationsPerStep(Recipe recipe) {
        return StepCost.operationsPerTile(recipe)
                * recipe.run().batch()
                * recipe.run().accumulate();
    }

    // SimCLR, because it learns most in few steps; one option at a time differs from the defaults.
    private StudyTable ablation() {
        ComparedEncoder standard = ComparedEncoder.trained("simclr", "cyphervit", "defaults");
        List<ComparedEncoder> others = List.of(
                open("channelMlp", "no channel MLP", "backbone.clustering.channelMlp=false"),
                open("tokens-double", "twice the tokens before the last stage", budget.twiceTheTokens()),
                open("tokens-8", "8 final tokens", budget.tokens(8)),
                open("sharp", "temperature 0.5", "backbone.clustering.temperature=0.5"),
                open("blurred", "temperature 2", "backbone.clustering.temperature=2"),
                open("centre", "no centre", "backbone.clustering.centerMomentum=0"),
                open("cosine", "cosine similarity", "backbone.clustering.cosine=true"),
                open("gumbel", "γ: Gumbel noise", "backbone.clustering.noise=GUMBEL"),
                open("learned", "γ: learned", "backbone.clustering.noise=LEARNED"),
                open("epsilon", "ε = 1", "backbone.clustering.epsilon=1"),
                open("hard", "hard assignment", "backbone.clustering.hard=true"));
        List<Column> measured = new ArrayList<>(columns.probes());
        measured.addAll(columns.numbers(false));
        List<Claim> claims = new ArrayList<>();
        for (ComparedEncoder other : others) {
            claims.add(new Claim.Beats(
                    "The defaults beat '" + other.title() + "' in "
                            + measured.getFirst().title(),
                    standard,
                    List.of(other),
                    measured.getFirst()));
        }
        List<ComparedEncoder> rows = new ArrayList<>(List.of(standard));
        rows.addAll(others);
        rows.add(ComparedEncoder.trained("simclr", "vit", "the ViT"));
        rows.addAll(PaperTables.BASELINES);
        return new StudyTable(
                "ablation",
                "Semantic clustering, what the paper leaves open: SimCLR on CypherViT with one option changed",
                rows,
                measured,
                claims,
                List.of(StudyTable.CHOSEN));
    }

    private static ComparedEncoder open(String id, String title, String setting) {
        return ComparedEncoder.trained("simclr", "cyphervit", title)
                .with("simclr-cyphervit-" + id, title, List.of(setting));
    }
}
