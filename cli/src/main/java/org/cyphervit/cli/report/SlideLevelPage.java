package org.cyphervit.cli.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.cyphervit.eval.metric.ClassScores;
import org.cyphervit.eval.table.Table;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.interpret.Palette;
import org.cyphervit.mil.bag.Cohort;
import org.cyphervit.mil.protocol.ReliabilityBin;
import org.cyphervit.mil.protocol.RiskGroups;
import org.cyphervit.mil.protocol.RocCurve;
import org.cyphervit.mil.protocol.Scores;
import org.cyphervit.mil.protocol.ValidatedModel;

/**
 * A page about a slide-level evaluation: the table of results, and ROC and calibration curves, or estimates beside truth, or
 * Kaplan-Meier curves of the predicted groups. It needs no network and no script.
 *
 * @param title of the page
 * @param tables results first
 * @param sentences what is to be said of them
 */
public record SlideLevelPage(String title, List<Table> tables, List<String> sentences) {
    /** Bins of the calibration curve. */
    public static final int BINS = 10;

    /** Writes the page, with pictures of the first row's first seed. */
    public void write(Path file, ValidatedModel shown) throws IOException {
        Cohort cohort = shown.scores().cohort();
        StringBuilder page = new StringBuilder("<!doctype html><html lang=en><meta charset=utf-8>");
        page.append("<meta name=viewport content='width=device-width, initial-scale=1'><title>")
                .append(escape(title))
                .append("</title><style>")
                .append(WebPage.resource("base.css"))
                .append("svg text{font:11px var(--sans);fill:var(--soft)} svg{width:100%;height:auto}")
                .append(".legend{display:flex;flex-wrap:wrap;gap:.3rem 1rem} .row{display:inline-flex;gap:.4rem;")
                .append("align-items:center} table{border-collapse:collapse;width:100%} td,th{padding:.3rem .7rem;")
                .append("text-align:right} td:first-child,th:first-child{text-align:left} .scroll{overflow-x:auto}")
                .append("th{border-bottom:2px solid var(--line)} main{padding-block:2rem}</style>")
                .append("<main class='wide stack'><p class=kicker>Slide-level evaluation</p><h1>")
                .append(escape(title))
                .append("</h1>");
        sentences.forEach(words -> page.append("<p>").append(escape(words)).append("</p>"));
        page.append("<div class=grid style='--cell:340px'>");
        pictures(cohort, shown)
                .forEach(picture ->
                        page.append("<section class=card>").append(picture).append("</section>"));
        page.append("</div>");
        tables.forEach(table -> page.append(html(table)));
        page.append("<p class='soft small'>For research, not for diagnosis.</p></main></html>\n");
        AtomicFiles.write(file, page.toString());
    }

    private static List<String> pictures(Cohort cohort, ValidatedModel shown) {
        Scores.Seed seed = shown.scores().seeds().getFirst();
        return switch (cohort.task()) {
            case CLASSES -> List.of(roc(cohort, shown, seed), calibration(cohort, shown, seed));
            case NUMBER -> List.of(scatter(cohort, seed));
            case SURVIVAL -> List.of(survival(RiskGroups.of(cohort, seed)));
        };
    }

    private static String roc(Cohort cohort, ValidatedModel shown, Scores.Seed seed) {
        Chart chart = new Chart("false positive rate", "true positive rate", 1);
        chart.line("", "var(--soft)", List.of(new double[] {0, 0}, new double[] {1, 1}), true);
        ClassScores scores = shown.scores().probabilities(seed);
        int first = cohort.outputs() == 2 ? 1 : 0; // of two classes the curves mirror each other
        for (int c = first; c < cohort.outputs(); c++) {
            List<double[]> points = RocCurve.of(scores, cohort.labels(), c).stream()
                    .map(point -> new double[] {point.falsePositives(), point.truePositives()})
                    .toList();
            String name = String.format(
                    Locale.ROOT,
                    "%s, AUROC %.3f",
                    cohort.classes().get(c),
                    shown.scores().card(seed).aurocs()[c]);
            chart.line(name, Palette.hex(Palette.token(c)), points, false);
        }
        return "<h3>Class against the rest</h3>" + chart.html();
    }

    private static String calibration(Cohort cohort, ValidatedModel shown, Scores.Seed seed) {
        Chart chart = new Chart("confidence", "share that is right", 1);
        chart.line("", "var(--soft)", List.of(new double[] {0, 0}, new double[] {1, 1}), true);
        List<double[]> points = ReliabilityBin.curve(shown.scores().probabilities(seed), cohort.labels(), BINS).stream()
                .map(bin -> new double[] {bin.confidence(), bin.accuracy()})
                .toList();
        chart.line("", "var(--violet)", points, false).points("bins of predictions", "var(--violet)", points);
        return "<h3>Calibration</h3>" + chart.html();
    }

    // Both axes from 0 to the largest truth.
    private static String scatter(Cohort cohort, Scores.Seed seed) {
        double[] truth = cohort.numbers();
        double most = java.util.Arrays.stream(truth).max().orElse(1);
        double least = Math.min(0, java.util.Arrays.stream(truth).min().orElse(0));
        double span = most > least ? most - least : 1;
        List<double[]> points = new ArrayList<>();
        for (int i = 0; i < truth.length; i++) {
            points.add(new double[] {(truth[i] - least) / span, (seed.outputs()[i][0] - least) / span});
        }
        Chart chart = new Chart("truth, from " + least + " to " + most, "estimate, likewise", 1);
        chart.line("", "var(--soft)", List.of(new double[] {0, 0}, new double[] {1, 1}), true);
        return "<h3>Estimate by truth</h3>"
                + chart.points("examples", "var(--violet)", points).html();
    }

    private static String survival(RiskGroups groups) {
        Chart chart = new Chart("time", "share without the event", groups.last());
        chart.steps("low risk, " + groups.low().size(), "var(--good)", groups.lowPoints());
        chart.steps("high risk, " + groups.high().size(), "var(--rose)", groups.highPoints());
        return "<h3>Kaplan-Meier curves of the predicted groups</h3>" + chart.html()
                + String.format(
                        Locale.ROOT,
                        "<p class=small>Log-rank test: p = %.3g</p>",
                        groups.logRank().p());
    }

    private static String html(Table table) {
        StringBuilder text = new StringBuilder("<section class='card scroll'><h3>");
        text.append(escape(table.title())).append("</h3><table><tr>");
        table.header().forEach(head -> text.append("<th>").append(escape(head)).append("</th>"));
        text.append("</tr>");
        for (List<Table.Cell> row : table.rows()) {
            text.append("<tr>");
            row.forEach(cell -> text.append("<td>")
                    .append(cell.best() ? "<b>" + escape(cell.text()) + "</b>" : escape(cell.text()))
                    .append("</td>"));
            text.append("</tr>");
        }
        text.append("</table>");
        table.notes()
                .forEach(note -> text.append("<p class='soft small'>")
                        .append(escape(note))
                        .append("</p>"));
        return text.append("</section>").toString();
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&quot;");
    }
}
