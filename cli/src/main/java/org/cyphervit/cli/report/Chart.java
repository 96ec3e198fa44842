package org.cyphervit.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A small line chart as SVG, which takes the colours of the page around it. The vertical axis is from 0 to 1. */
final class Chart {
    private static final int WIDTH = 340;
    private static final int HEIGHT = 260;
    private static final int LEFT = 58;
    private static final int BOTTOM = 38;
    private static final int TOP = 10;
    private static final int RIGHT = 12;

    private final String xLabel;
    private final String yLabel;
    private final double xMax;
    private final StringBuilder marks = new StringBuilder();
    private final List<String> legend = new ArrayList<>();

    /** @param xMax right end of the horizontal axis, which begins at 0 */
    Chart(String xLabel, String yLabel, double xMax) {
        this.xLabel = xLabel;
        this.yLabel = yLabel;
        this.xMax = xMax > 0 ? xMax : 1;
    }

    /**
     * A line through points.
     *
     * @param name in the legend; empty for none
     * @param color of CSS
     */
    Chart line(String name, String color, List<double[]> points, boolean dashed) {
        StringBuilder path = new StringBuilder();
        for (double[] point : points) {
            path.append(path.isEmpty() ? "M" : "L").append(at(point[0], point[1]));
        }
        marks.append("<path d='")
                .append(path)
                .append("' fill='none' stroke='")
                .append(color)
                .append("' stroke-width='2'")
                .append(dashed ? " stroke-dasharray='4 4'" : "")
                .append("/>");
        return named(name, color);
    }

    /** A line that stays until the next point, as estimates over time do. */
    Chart steps(String name, String color, List<double[]> points) {
        List<double[]> corners = new ArrayList<>();
        for (double[] point : points) {
            if (!corners.isEmpty()) {
                corners.add(new double[] {point[0], corners.getLast()[1]});
            }
            corners.add(point);
        }
        return line(name, color, corners, false);
    }

    /** Circles. */
    Chart points(String name, String color, List<double[]> points) {
        for (double[] point : points) {
            String[] place = at(point[0], point[1]).split(" ");
            marks.append("<circle cx='")
                    .append(place[0])
                    .append("' cy='")
                    .append(place[1])
                    .append("' r='4' fill='")
                    .append(color)
                    .append("'/>");
        }
        return named(name, color);
    }

    private Chart named(String name, String color) {
        if (!name.isEmpty()) {
            legend.add("<span class='row'><i class='dot' style='--c:" + color + "'></i>" + SlideLevelPage.escape(name)
                    + "</span>");
        }
        return this;
    }

    String html() {
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg viewBox='0 0 %d %d' role='img' aria-label='%s by %s'>",
                WIDTH,
                HEIGHT,
                SlideLevelPage.escape(yLabel),
                SlideLevelPage.escape(xLabel)));
        for (int i = 0; i <= 4; i++) {
            double share = i / 4.0;
            String[] left = at(0, share).split(" ");
            svg.append(String.format(
                    Locale.ROOT,
                    "<path d='M%s L%s' stroke='var(--line)'/><text x='%d' y='%s' text-anchor='end' dy='4'>%.2f</text>",
                    at(0, share),
                    at(xMax, share),
                    LEFT - 6,
                    left[1],
                    share));
            String[] below = at(share * xMax, 0).split(" ");
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x='%s' y='%d' text-anchor='middle'>%s</text>",
                    below[0],
                    HEIGHT - BOTTOM + 16,
                    number(share * xMax)));
        }
        svg.append(marks);
        svg.append(String.format(
                Locale.ROOT,
                "<text x='%d' y='%d' text-anchor='middle'>%s</text>",
                (LEFT + WIDTH - RIGHT) / 2,
                HEIGHT - 4,
                SlideLevelPage.escape(xLabel)));
        svg.append(String.format(
                Locale.ROOT,
                "<text x='%d' y='12' transform='rotate(-90)' text-anchor='middle'>%s</text>",
                -(TOP + HEIGHT - BOTTOM) / 2,
                SlideLevelPage.escape(yLabel)));
        return svg.append("</svg><div class='legend small'>")
                .append(String.join(" ", legend))
                .append("</div>")
                .toString();
    }

    private String at(double x, double y) {
        double px = LEFT + Math.clamp(x / xMax, 0, 1) * (WIDTH - LEFT - RIGHT);
        double py = HEIGHT - BOTTOM - Math.clamp(y, 0, 1) * (HEIGHT - BOTTOM - TOP);
        return String.format(Locale.ROOT, "%.1f %.1f", px, py);
    }

    private static String number(double value) {
        return value >= 10 || value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.2f", value);
    }
}
