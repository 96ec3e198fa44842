package org.cyphervit.slide.cohort;

import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.cyphervit.UserError;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.Bounds;
import org.cyphervit.slide.quality.Artefact;
import org.cyphervit.slide.tiling.Rejection;
import org.cyphervit.slide.tiling.SlidePlan;
import org.cyphervit.slide.tiling.Tile;
import org.cyphervit.slide.tiling.TilingOptions;
import org.cyphervit.slide.tissue.Overview;
import org.cyphervit.slide.tissue.PixelKind;
import org.cyphervit.slide.tissue.TissueMask;

/** A slide at a glance: the tissue with the mask's outline, and the grid with what became of each tile. */
final class QcPicture {
    /** Longer side of the slide in the picture. */
    private static final int SIDE = 900;

    private static final int GAP = 12;
    private static final int HEAD = 46;
    private static final int FOOT = 34;

    private static final Color INK = new Color(0x22, 0x22, 0x22);
    private static final Color OUTLINE = new Color(0x00, 0x96, 0x3c);
    private static final Color KEPT = new Color(0x00, 0x46, 0xd2);
    /** How strongly artefacts are drawn over the tissue. */
    private static final int VEIL = 0x90;

    private static final Map<Rejection, Color> COLORS = Map.of(
            Rejection.FOLD, new Color(Artefact.FOLD.color()),
            Rejection.BUBBLE, new Color(Artefact.BUBBLE.color()),
            Rejection.BLUR, new Color(0xff, 0x5f, 0xa2),
            Rejection.GLASS, new Color(0xa0, 0xa0, 0xa0),
            Rejection.PEN, new Color(0xff, 0x8c, 0x00),
            Rejection.DARK, new Color(0x00, 0x00, 0x00),
            Rejection.BLANK, new Color(0xe6, 0xc8, 0x00),
            Rejection.UNREADABLE, new Color(0xe0, 0x00, 0x20));

    private final SlidePlan plan;
    private final Bounds bounds;
    /** Picture pixels per level-0 pixel. */
    private final double scale;

    private final int width;
    private final int height;

    private QcPicture(SlidePlan plan) {
        this.plan = plan;
        this.bounds = plan.slide().bounds();
        this.scale = (double) SIDE / Math.max(bounds.width(), bounds.height());
        this.width = (int) Math.max(1, Math.round(bounds.width() * scale));
        this.height = (int) Math.max(1, Math.round(bounds.height() * scale));
    }

    static RgbImage draw(String name, SlidePlan plan) {
        return new QcPicture(plan).draw(name);
    }

    private RgbImage draw(String name) {
        boolean beside = height >= width;
        int across = Math.max(640, beside ? 2 * width + 3 * GAP : width + 2 * GAP);
        int down = HEAD + (beside ? height : 2 * height + GAP) + FOOT;
        BufferedImage picture = new BufferedImage(across, down, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = picture.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, across, down);
        title(g, name);
        BufferedImage tissue = tissue();
        panel(g, tissue, GAP, HEAD);
        g.drawImage(artefacts(), GAP, HEAD, width, height, null);
        outline((Graphics2D) g.create(GAP, HEAD, width, height));
        int x = beside ? width + 2 * GAP : GAP;
        int y = beside ? HEAD : HEAD + height + GAP;
        panel(g, tissue, x, y);
        grid((Graphics2D) g.create(x, y, width, height));
        legend(g, down - FOOT + 22);
        g.dispose();
        return rgb(picture);
    }

    private void panel(Graphics2D g, BufferedImage tissue, int x, int y) {
        g.drawImage(tissue, x, y, width, height, null);
        g.setColor(new Color(0xcc, 0xcc, 0xcc));
        g.drawRect(x - 1, y - 1, width + 1, height + 1);
    }

    // The overview, or better pixels where the slide is so small that it would be coarse.
    private BufferedImage tissue() {
        Overview overview = plan.mask().overview();
        if (overview.downsample() * scale <= 1 || overview.unreadable().length() > 0) {
            return buffered(overview.image());
        }
        try {
            return buffered(plan.slide().read(bounds.x(), bounds.y(), 1 / scale, width, height));
        } catch (UserError e) {
            return buffered(overview.image());
        }
    }

    // The mask of the artefacts as a veil of their colours.
    private BufferedImage artefacts() {
        RgbImage far = plan.mask().overview().image();
        BufferedImage veil = new BufferedImage(far.width(), far.height(), BufferedImage.TYPE_INT_ARGB);
        for (int y = 0; y < far.height(); y++) {
            for (int x = 0; x < far.width(); x++) {
                Optional<Artefact> artefact = plan.artefacts().at(x, y);
                if (artefact.isPresent()) {
                    veil.setRGB(x, y, (VEIL << 24) | artefact.get().color());
                }
            }
        }
        return veil;
    }

    private void title(Graphics2D g, String name) {
        g.setColor(INK);
        g.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
        g.drawString(name, GAP, 19);
        g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        String size = plan.slide().isCalibrated()
                ? String.format(
                        Locale.ROOT,
                        "%d x %d px at %.4g um = %.1f x %.1f mm",
                        bounds.width(),
                        bounds.height(),
                        plan.slide().mpp(),
                        bounds.width() * plan.slide().mpp() / 1000,
                        bounds.height() * plan.slide().mpp() / 1000)
                : bounds.width() + " x " + bounds.height() + " px of unknown scale";
        TilingOptions options = plan.options();
        String tiles = String.format(
                Locale.ROOT,
                "tiles of %d px%s, overlap %.0f %%, tissue >= %.0f %%",
                options.size(),
                options.mpp().isPresent()
                        ? String.format(
                                Locale.ROOT, " at %.4g um", options.mpp().getAsDouble())
                        : " as they are",
                100 * options.overlap(),
                100 * options.minTissue());
        g.drawString(size + "  |  " + tiles, GAP, 37);
    }

    // Where tissue and something else meet.
    private void outline(Graphics2D g) {
        g.setColor(OUTLINE);
        g.setStroke(new BasicStroke(1.6f));
        TissueMask mask = plan.mask();
        int columns = mask.overview().image().width();
        int rows = mask.overview().image().height();
        double cell = mask.overview().downsample() * scale;
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                boolean here = mask.at(x, y) == PixelKind.TISSUE;
                if (x > 0 && here != (mask.at(x - 1, y) == PixelKind.TISSUE)) {
                    g.draw(new Line2D.Double(x * cell, y * cell, x * cell, (y + 1) * cell));
                }
                if (y > 0 && here != (mask.at(x, y - 1) == PixelKind.TISSUE)) {
                    g.draw(new Line2D.Double(x * cell, y * cell, (x + 1) * cell, y * cell));
                }
            }
        }
        g.dispose();
    }

    private void grid(Graphics2D g) {
        g.setStroke(new BasicStroke(1f));
        double alone = 1 - plan.options().overlap(); // fills lie over each other
        plan.rejected()
                .forEach((reason, tiles) -> tiles(
                        g,
                        tiles,
                        COLORS.getOrDefault(reason, INK),
                        alone * alone * (reason == Rejection.GLASS ? 0.18 : 0.4)));
        tiles(g, plan.kept(), KEPT, alone * alone * 0.10);
        g.dispose();
    }

    private void tiles(Graphics2D g, List<Tile> tiles, Color color, double fill) {
        double side = plan.grid().side() * scale;
        g.setColor(color);
        for (Tile tile : tiles) {
            Rectangle2D square = new Rectangle2D.Double(
                    (tile.x() - bounds.x()) * scale + 0.5, (tile.y() - bounds.y()) * scale + 0.5, side - 1, side - 1);
            g.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, (float) (side < 4 ? 0.45 : fill)));
            g.fill(square);
            if (side >= 4) {
                g.setComposite(AlphaComposite.SrcOver);
                g.draw(square);
            }
        }
        g.setComposite(AlphaComposite.SrcOver);
    }

    private void legend(Graphics2D g, int baseline) {
        g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        int x = entry(g, GAP, baseline, OUTLINE, "tissue");
        x = entry(g, x, baseline, KEPT, plan.kept().size() + " kept");
        for (Map.Entry<Rejection, List<Tile>> reason : plan.rejected().entrySet()) {
            x = entry(
                    g,
                    x,
                    baseline,
                    COLORS.getOrDefault(reason.getKey(), INK),
                    reason.getValue().size() + " " + reason.getKey().words());
        }
    }

    private static int entry(Graphics2D g, int x, int baseline, Color color, String words) {
        g.setColor(color);
        g.fillRect(x, baseline - 11, 12, 12);
        g.setColor(INK);
        g.drawString(words, x + 17, baseline);
        return x + 17 + g.getFontMetrics().stringWidth(words) + 18;
    }

    private static BufferedImage buffered(RgbImage image) {
        BufferedImage buffered = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        int[] packed = new int[image.width() * image.height()];
        for (int i = 0; i < packed.length; i++) {
            packed[i] = ((image.rgb()[3 * i] & 0xff) << 16)
                    | ((image.rgb()[3 * i + 1] & 0xff) << 8)
                    | (image.rgb()[3 * i + 2] & 0xff);
        }
        buffered.setRGB(0, 0, image.width(), image.height(), packed, 0, image.width());
        return buffered;
    }

    private static RgbImage rgb(BufferedImage buffered) {
        int[] packed = buffered.getRGB(0, 0, buffered.getWidth(), buffered.getHeight(), null, 0, buffered.getWidth());
        RgbImage image = RgbImage.blank(buffered.getWidth(), buffered.getHeight());
        for (int i = 0; i < packed.length; i++) {
            image.rgb()[3 * i] = (byte) (packed[i] >> 16);
            image.rgb()[3 * i + 1] = (byte) (packed[i] >> 8);
            image.rgb()[3 * i + 2] = (byte) packed[i];
        }
        return image;
    }
}
