package org.cyphervit.slide.cohort;

import java.util.Locale;
import org.cyphervit.image.RgbImage;

/** How a copy of a tile is turned: the augmentation of the CypherViT paper's fields, "rotations of 90 and 180, flips". */
enum Orientation {
    AS_IS,
    ROTATED_90,
    ROTATED_180,
    FLIPPED_HORIZONTALLY,
    FLIPPED_VERTICALLY;

    /** Short, for names of files; empty for the tile itself. */
    String suffix() {
        return switch (this) {
            case AS_IS -> "";
            case ROTATED_90 -> "_r90";
            case ROTATED_180 -> "_r180";
            case FLIPPED_HORIZONTALLY -> "_fh";
            case FLIPPED_VERTICALLY -> "_fv";
        };
    }

    /** For tables. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** A square image, turned (clockwise) or mirrored. */
    public RgbImage of(RgbImage image) {
        if (this == AS_IS) {
            return image;
        }
        int side = image.width();
        RgbImage turned = RgbImage.blank(side, side);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int from = switch (this) {
                    case AS_IS -> y * side + x;
                    case ROTATED_90 -> (side - 1 - x) * side + y;
                    case ROTATED_180 -> (side - 1 - y) * side + side - 1 - x;
                    case FLIPPED_HORIZONTALLY -> y * side + side - 1 - x;
                    case FLIPPED_VERTICALLY -> (side - 1 - y) * side + x;
                };
                System.arraycopy(image.rgb(), 3 * from, turned.rgb(), 3 * (y * side + x), 3);
            }
        }
        return turned;
    }
}
