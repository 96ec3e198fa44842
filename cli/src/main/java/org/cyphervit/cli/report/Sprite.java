package org.cyphervit.cli.report;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cyphervit.augment.Views;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;

/** Many small square pictures as one, which a page decodes once. */
public final class Sprite {
    private static final int QUALITY = 82;

    private Sprite() {}

    /**
     * One picture of all, row by row, as the page's scripts read it: {@code src}, {@code columns}, {@code count}.
     *
     * @param cell side of a picture on it, pixels
     */
    public static Map<String, Object> of(List<RgbImage> pictures, int cell, int columns) {
        Map<String, Object> sprite = new LinkedHashMap<>();
        sprite.put("src", data(draw(pictures, cell, columns), QUALITY));
        sprite.put("columns", columns);
        sprite.put("count", pictures.size());
        return sprite;
    }

    /** A picture inside a page: a JPEG as {@code data:} address. */
    public static String data(RgbImage image, int quality) {
        return "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(ImageFiles.jpeg(image, quality));
    }

    /** The centres of pictures beside each other. */
    static RgbImage draw(List<RgbImage> pictures, int cell, int columns) {
        int rows = (pictures.size() + columns - 1) / columns;
        RgbImage sheet = RgbImage.blank(columns * cell, Math.max(1, rows) * cell);
        for (int i = 0; i < pictures.size(); i++) {
            RgbImage picture = Views.whole(pictures.get(i), cell);
            int left = i % columns * cell;
            int top = i / columns * cell;
            for (int y = 0; y < cell; y++) {
                System.arraycopy(
                        picture.rgb(), 3 * y * cell, sheet.rgb(), 3 * ((top + y) * sheet.width() + left), 3 * cell);
            }
        }
        return sheet;
    }
}
