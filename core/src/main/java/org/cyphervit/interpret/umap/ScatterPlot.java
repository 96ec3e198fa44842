package org.cyphervit.interpret.umap;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.interpret.Palette;

/**
 * Points of a plane coloured by class: several panels side by side and one legend. Points are drawn in a random order
 * that is always the same, so that no class hides another; classes beyond the eighth repeat the colours with another
 * mark.
 */
public final class ScatterPlot {
    private static final int GAP = 16;
    private static final int HEAD = 46;
    private static final int LINE = 22;
    private static final int LEGEND = 170;
    private static final double MARGIN = 0.04;
    private static final Color INK = new Color(0x22, 0x22, 0x22);
    private static final Color FAINT = new Color(0x6b, 0x6b, 0x6b);
    private static final Color FRAME = new Color(0xd8, 0xd8, 0xd8);
    private static final Color UNLABELLED = new Color(0x9a, 0x9a, 0x9a);
    private static final int COLORS = 8;

    private final List<Panel> panels;
    private final List<String> classes;
    private final int side;

    /**
     * One picture of points.
     *
     * @param title above it, such as the checkpoint
     * @param caption below the title, such as the trustworthiness
     * @param points (N, 2)
     * @param labels N indices into the classes; -1 for none
     */
    public record Panel(String title, String caption, FeatureMatrix points, int[] labels) {
        public Panel {
            if (points.width() != 2 || labels.length != points.rows()) {
                throw new IllegalArgumentException("A panel needs two coordinates and a label for each point; got "
                        + points.width() + " coordinates, " + points.rows() + " points and " + labels.length
                        + " labels.");
            }
        }
    }

    /**
     * @param panels left to right, at least one
     * @param classes names of the labels; empty leaves the legend out
     * @param side of a panel, pixels
     */
    public ScatterPlot(List<Panel> panels, List<String> classes, int side) {
        this.panels = List.copyOf(panels);
        this.classes = List.copyOf(classes);
        this.side = side;
    }

    private int width() {
        return GAP + panels.size() * (side + GAP) + (classes.isEmpty() ? 0 : LEGEND);
    }

    private int height() {
        return Math.max(HEAD + side + GAP, HEAD + (classes.size() + 2) * LINE);
    }

    private record Mark(Shape shape, Color color) {}

    /** The picture as pixels. */
    public BufferedImage image() {
        BufferedImage image = new BufferedImage(width(), height(), BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, width(), height());
        for (int p = 0; p < panels.size(); p++) {
            Panel panel = panels.get(p);
            int left = left(p);
            g.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
            g.setColor(INK);
            g.drawString(fitting(panel.title, g.getFontMetrics()), left, 20);
            g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
            g.setColor(FAINT);
            g.drawString(fitting(panel.caption, g.getFontMetrics()), left, 38);
            g.setColor(FRAME);
            g.setStroke(new BasicStroke(1));
            g.drawRect(left, HEAD, side, side);
            for (Mark mark : marks(panel, left)) {
                g.setColor(new Color(mark.color.getRed(), mark.color.getGreen(), mark.color.getBlue(), 190));
                g.fill(mark.shape);
            }
        }
        g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        for (int c = 0; c < classes.size(); c++) {
            g.setColor(color(c));
            g.fill(shape(c, left(panels.size()) + 8, legendLine(c), 5));
            g.setColor(INK);
            g.drawString(classes.get(c), left(panels.size()) + 22, legendLine(c) + 4);
        }
        g.dispose();
        return image;
    }

    /** The picture as SVG text, complete in itself. */
    public String svg() {
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                        + " font-family=\"sans-serif\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>%n",
                width(),
                height(),
                width(),
                height()));
        for (int p = 0; p < panels.size(); p++) {
            Panel panel = panels.get(p);
            int left = left(p);
            text(svg, panel.title, left, 20, 14, INK, true);
            text(svg, panel.caption, left, 38, 12, FAINT, false);
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"%s\"/>%n<g"
                            + " fill-opacity=\"0.75\">%n",
                    left,
                    HEAD,
                    side,
                    side,
                    hex(FRAME)));
            for (Mark mark : marks(panel, left)) {
                append(svg, mark);
            }
            svg.append("</g>\n");
        }
        for (int c = 0; c < classes.size(); c++) {
            append(svg, new Mark(shape(c, left(panels.size()) + 8, legendLine(c), 5), color(c)));
            text(svg, classes.get(c), left(panels.size()) + 22, legendLine(c) + 4, 13, INK, false);
        }
        return svg.append("</svg>\n").toString();
    }

    private List<Mark> marks(Panel panel, int left) {
        float[] y = panel.points.values();
        double[] low = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
        double[] high = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
        for (int i = 0; i < y.length; i++) {
            low[i % 2] = Math.min(low[i % 2], y[i]);
            high[i % 2] = Math.max(high[i % 2], y[i]);
        }
        // One scale for both axes: distances mean the same in each direction.
        double span = Math.max(Math.max(high[0] - low[0], high[1] - low[1]), 1e-9);
        double scale = side * (1 - 2 * MARGIN) / span;
        double radius = Math.clamp(side * 0.12 / Math.sqrt(panel.labels.length), 1.1, 4);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < panel.labels.length; i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(0));
        List<Mark> marks = new ArrayList<>();
        for (int i : order) {
            double x = left + side / 2.0 + (y[2 * i] - (low[0] + high[0]) / 2) * scale;
            double up = HEAD + side / 2.0 - (y[2 * i + 1] - (low[1] + high[1]) / 2) * scale;
            marks.add(new Mark(shape(panel.labels[i], x, up, radius), color(panel.labels[i])));
        }
        return marks;
    }

    private static Color color(int label) {
        return label < 0 ? UNLABELLED : Palette.token(label);
    }

    // Eight colours times three marks.
    private static Shape shape(int label, double x, double y, double r) {
        return switch (Math.max(0, label) / COLORS % 3) {
            case 0 -> new Ellipse2D.Double(x - r, y - r, 2 * r, 2 * r);
            case 1 -> new Rectangle2D.Double(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r);
            default -> {
                Path2D triangle = new Path2D.Double();
                triangle.moveTo(x, y - 1.2 * r);
                triangle.lineTo(x + 1.1 * r, y + 0.8 * r);
                triangle.lineTo(x - 1.1 * r, y + 0.8 * r);
                triangle.closePath();
                yield triangle;
            }
        };
    }

    private static void append(StringBuilder svg, Mark mark) {
        Rectangle2D box = mark.shape.getBounds2D();
        String fill = hex(mark.color);
        String element = switch (mark.shape) {
            case Ellipse2D circle ->
                String.format(
                        Locale.ROOT,
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\"/>%n",
                        circle.getCenterX(),
                        circle.getCenterY(),
                        circle.getWidth() / 2,
                        fill);
            case Rectangle2D square ->
                String.format(
                        Locale.ROOT,
                        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n",
                        square.getX(),
                        square.getY(),
                        square.getWidth(),
                        square.getHeight(),
                        fill);
            default ->
                String.format(
                        Locale.ROOT,
                        "<path d=\"M%.1f %.1fL%.1f %.1fL%.1f %.1fZ\" fill=\"%s\"/>%n",
                        box.getCenterX(),
                        box.getY(),
                        box.getMaxX(),
                        box.getMaxY(),
                        box.getX(),
                        box.getMaxY(),
                        fill);
        };
        svg.append(element);
    }

    private static void text(StringBuilder svg, String text, int x, int y, int size, Color color, boolean bold) {
        svg.append(String.format(
                        Locale.ROOT, "<text x=\"%d\" y=\"%d\" font-size=\"%d\" fill=\"%s\"", x, y, size, hex(color)))
                .append(bold ? " font-weight=\"bold\">" : ">")
                .append(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
                .append("</text>\n");
    }

    private static String hex(Color color) {
        return "#%06x".formatted(color.getRGB() & 0xffffff);
    }

    // The end of a long path tells more than its start.
    private String fitting(String text, FontMetrics metrics) {
        String shown = text;
        for (int cut = 1; metrics.stringWidth(shown) > side && cut < text.length(); cut++) {
            shown = "\u2026" + text.substring(cut);
        }
        return shown;
    }

    private int left(int panel) {
        return GAP + panel * (side + GAP);
    }

    private static int legendLine(int c) {
        return HEAD + 12 + c * LINE;
    }
}
