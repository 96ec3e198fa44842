package org.cyphervit.interpret;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import org.cyphervit.image.RgbImage;

/** Pictures in rows and columns with titles, as one image. */
public final class ContactSheet {
    private static final int GAP = 8;
    private static final int HEAD = 30;
    private static final Color INK = new Color(0x22, 0x22, 0x22);

    private ContactSheet() {}

    /**
     * A row of the sheet.
     *
     * @param title shown at the left
     * @param pictures scaled to the cell; fewer than the columns leave cells empty
     * @param captions below the pictures; shorter lists leave the rest without
     */
    public record Row(String title, List<RgbImage> pictures, List<String> captions) {}

    /** The row of an image: the tissue, each token's map with the share of the area where it is the strongest and its mean, and the segmentation. */
    public static Row row(String title, PhenotypeMaps maps) {
        List<RgbImage> pictures = new java.util.ArrayList<>(List.of(maps.image()));
        List<String> captions = new java.util.ArrayList<>(List.of(""));
        double[] areas = maps.areas();
        double[] means = maps.means();
        for (int k = 0; k < maps.tokens(); k++) {
            pictures.add(Overlays.token(maps, k));
            captions.add(String.format(Locale.ROOT, "%.0f %% area, mean %.0f %%", 100 * areas[k], 100 * means[k]));
        }
        pictures.add(Overlays.segmentation(maps));
        captions.add("");
        return new Row(title, pictures, captions);
    }

    /** A row with one picture more, at its end. */
    public static Row with(Row row, RgbImage picture) {
        List<RgbImage> pictures = new java.util.ArrayList<>(row.pictures);
        pictures.add(picture);
        return new Row(row.title, pictures, row.captions);
    }

    /** Column titles that go with {@link #row}. */
    public static List<String> titles(PhenotypeNames names) {
        List<String> titles = new java.util.ArrayList<>(List.of("tissue"));
        titles.addAll(names.names());
        titles.add("strongest");
        return titles;
    }

    /**
     * Draws a sheet.
     *
     * @param cell side of a picture on the sheet, pixels
     * @param legend names of tokens whose colours to explain below; may be empty
     */
    public static RgbImage draw(List<String> titles, List<Row> rows, int cell, List<String> legend) {
        int left = rows.stream().anyMatch(row -> !row.title.isEmpty()) ? 110 : GAP;
        int line = cell
                + GAP
                + (rows.stream().anyMatch(row -> row.captions.stream().anyMatch(c -> !c.isEmpty())) ? 16 : 0);
        int columns = titles.size();
        int width = left + columns * (cell + GAP);
        int height = HEAD + rows.size() * line + (legend.isEmpty() ? 0 : 30) + GAP;
        BufferedImage sheet = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = sheet.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, width, height);
        g.setColor(INK);
        g.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 13));
        for (int c = 0; c < columns; c++) {
            centred(g, titles.get(c), left + c * (cell + GAP), cell, HEAD - 10);
        }
        g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        for (int r = 0; r < rows.size(); r++) {
            Row row = rows.get(r);
            int top = HEAD + r * line;
            g.drawString(row.title, 8, top + cell / 2 + 4);
            for (int c = 0; c < row.pictures.size(); c++) {
                int x = left + c * (cell + GAP);
                g.drawImage(image(row.pictures.get(c)), x, top, cell, cell, null);
                if (c < row.captions.size()) {
                    centred(g, row.captions.get(c), x, cell, top + cell + 13);
                }
            }
        }
        int x = left;
        for (int k = 0; k < legend.size(); k++) {
            g.setColor(Palette.token(k));
            g.fillRect(x, height - 28, 16, 16);
            g.setColor(INK);
            g.drawString(legend.get(k), x + 22, height - 15);
            x += 46 + g.getFontMetrics().stringWidth(legend.get(k));
        }
        g.dispose();
        return image(sheet);
    }

    private static void centred(Graphics2D g, String text, int x, int width, int baseline) {
        FontMetrics metrics = g.getFontMetrics();
        g.drawString(text, x + (width - metrics.stringWidth(text)) / 2, baseline);
    }

    /** For drawing with Java's own graphics. */
    static BufferedImage image(RgbImage image) {
        BufferedImage buffered = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = image.rgb();
        int[] packed = new int[image.width() * image.height()];
        for (int i = 0; i < packed.length; i++) {
            packed[i] = ((rgb[3 * i] & 0xff) << 16) | ((rgb[3 * i + 1] & 0xff) << 8) | (rgb[3 * i + 2] & 0xff);
        }
        buffered.setRGB(0, 0, image.width(), image.height(), packed, 0, image.width());
        return buffered;
    }

    /** From Java's own graphics. */
    static RgbImage image(BufferedImage buffered) {
        int width = buffered.getWidth();
        int height = buffered.getHeight();
        int[] packed = buffered.getRGB(0, 0, width, height, null, 0, width);
        byte[] rgb = new byte[3 * packed.length];
        for (int i = 0; i < packed.length; i++) {
            rgb[3 * i] = (byte) (packed[i] >> 16);
            rgb[3 * i + 1] = (byte) (packed[i] >> 8);
            rgb[3 * i + 2] = (byte) packed[i];
        }
        return new RgbImage(width, height, rgb);
    }
}
