package org.cyphervit.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;

/** One self-contained page: headings, text, tables, pictures and curves, without any script or outside resource. */
final class HtmlReport {
    private static final String STYLE = """
            body{font:15px/1.5 system-ui,sans-serif;color:#222;max-width:1180px;margin:2rem auto;padding:0 1.2rem}
            h1{font-size:1.7rem;margin-bottom:.2rem}h2{font-size:1.15rem;margin-top:2.2rem;border-bottom:1px solid #ddd}
            .sub{color:#666}table{border-collapse:collapse;margin:.8rem 0}td,th{padding:.25rem .8rem;text-align:right}
            th{border-bottom:2px solid #888;font-weight:600}td:first-child,th:first-child{text-align:left}
            tr.best td{font-weight:700}img{max-width:100%;height:auto}pre{background:#f6f6f4;padding:.8rem;overflow-x:auto;
            font-size:12.5px}.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(340px,1fr));gap:1rem}
            figure{margin:0}figcaption{font-size:13px;color:#555}.warn{background:#fff3cd;padding:.6rem 1rem}
            """;

    private final StringBuilder body = new StringBuilder();
    private final String title;

    HtmlReport(String title, String subtitle) {
        this.title = title;
        body.append("<h1>")
                .append(escape(title))
                .append("</h1><p class=sub>")
                .append(escape(subtitle))
                .append("</p>\n");
    }

    HtmlReport section(String heading) {
        body.append("<h2>").append(escape(heading)).append("</h2>\n");
        return this;
    }

    HtmlReport text(String paragraph) {
        body.append("<p>").append(escape(paragraph)).append("</p>\n");
        return this;
    }

    HtmlReport warning(String paragraph) {
        body.append("<p class=warn>").append(escape(paragraph)).append("</p>\n");
        return this;
    }

    HtmlReport preformatted(String text) {
        body.append("<pre>").append(escape(text)).append("</pre>\n");
        return this;
    }

    /** The first row of cells is the head; {@code best} is the row to print bold, or -1. */
    HtmlReport table(List<List<String>> rows, int best) {
        body.append("<table>");
        for (int r = 0; r < rows.size(); r++) {
            String tag = r == 0 ? "th" : "td";
            body.append(r == best ? "<tr class=best>" : "<tr>");
            rows.get(r)
                    .forEach(cell ->
                            body.append('<' + tag + '>').append(escape(cell)).append("</" + tag + '>'));
            body.append("</tr>");
        }
        body.append("</table>\n");
        return this;
    }

    HtmlReport picture(RgbImage image, String caption) {
        String data = Base64.getEncoder().encodeToString(ImageFiles.encode(".png", image));
        body.append("<figure><img alt=\"").append(escape(caption)).append("\" src=\"data:image/png;base64,");
        body.append(data).append("\"><figcaption>").append(escape(caption)).append("</figcaption></figure>\n");
        return this;
    }

    /** Charts side by side, each a measure over the steps. */
    HtmlReport charts(Map<String, List<double[]>> curves) {
        body.append("<div class=charts>");
        curves.forEach((name, points) -> body.append(chart(name, points)));
        body.append("</div>\n");
        return this;
    }

    void write(Path file) throws IOException {
        AtomicFiles.write(
                file,
                "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport"
                        + " content=\"width=device-width\"><title>"
                        + escape(title) + "</title><style>" + STYLE + "</style><body>" + body + "</body></html>\n");
    }

    private static String chart(String name, List<double[]> points) {
        double low = points.stream().mapToDouble(p -> p[1]).min().orElse(0);
        double high = points.stream().mapToDouble(p -> p[1]).max().orElse(1);
        double span = high - low < 1e-12 ? 1 : high - low;
        double first = points.getFirst()[0];
        double length = Math.max(1, points.getLast()[0] - first);
        StringBuilder line = new StringBuilder();
        for (double[] point : points) {
            line.append(String.format(
                    Locale.ROOT,
                    "%.1f,%.1f ",
                    52 + 300 * (point[0] - first) / length,
                    132 - 112 * (point[1] - low) / span));
        }
        return "<figure><svg viewBox=\"0 0 360 160\" width=\"100%\"><g font-size=11 fill=#555>"
                + label(2, 24, high) + label(2, 134, low) + label(52, 150, first) + label(318, 150, points.getLast()[0])
                + "</g><path d=\"M52 16V132H352\" fill=none stroke=#bbb /><polyline fill=none stroke=#0072B2"
                + " stroke-width=1.6 points=\"" + line + "\"/></svg><figcaption>" + escape(name)
                + "</figcaption></figure>";
    }

    private static String label(int x, int y, double value) {
        String text = value == Math.rint(value) && Math.abs(value) < 1e7
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.3g", value);
        return "<text x=" + x + " y=" + y + ">" + text + "</text>";
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
