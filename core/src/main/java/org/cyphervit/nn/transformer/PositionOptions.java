package org.cyphervit.nn.transformer;

import org.cyphervit.UserError;

/**
 * How a vision transformer knows where a patch is. Released encoders resize their tables in different ways, which matters
 * only at another image size than the table's, there by up to a hundredth of the features.
 *
 * @param kind what has a position
 * @param antialias whether a table is made smaller by bicubic interpolation with antialiasing (timm, DINOv2 with registers)
 * @param offset the scale of resizing is (n + offset) / side: 0.1 in DINO and DINOv2 without registers, else 0
 * @param ropeBase of the rotation's periods; used by {@link Kind#ROPE} alone (DINOv3: 100)
 */
public record PositionOptions(Kind kind, boolean antialias, double offset, double ropeBase) {
    /** What has a position. */
    public enum Kind {
        /** A table for [cls] and the patches; registers have none (DINO, DINOv2). */
        CLS_AND_PATCHES,
        /** A table for the patches alone (timm's {@code no_embed_class}: H-optimus, UNI2-h). */
        PATCHES,
        /** A table for [cls], registers and patches (timm: Virchow2). */
        ALL,
        /** No table: queries and keys of patches are rotated by their place in every block (<a href="https://arxiv.org/abs/2104.09864">Su 2021</a>; DINOv3). */
        ROPE
    }

    public PositionOptions {
        if (antialias && offset > 0) {
            throw new UserError("Positions are resized with antialiasing or with an offset, not with both; got offset "
                    + offset + ".");
        }
        if (!(offset >= 0 && offset < 1) || !(ropeBase > 1)) {
            throw new UserError("Positions need an offset in [0, 1) and ropeBase above 1; got " + offset + " and "
                    + ropeBase + ".");
        }
    }

    /** DINO's: a table for [cls] and patches, resized with its offset. */
    public static PositionOptions dino() {
        return new PositionOptions(Kind.CLS_AND_PATCHES, false, 0.1, 100);
    }

    /** timm's way of resizing. */
    public static PositionOptions timm(Kind kind) {
        return new PositionOptions(kind, true, 0, 100);
    }

    /** DINOv3's rotation. */
    public static PositionOptions rope() {
        return new PositionOptions(Kind.ROPE, true, 0, 100);
    }

    public PositionOptions withKind(Kind kind) {
        return new PositionOptions(kind, antialias, offset, ropeBase);
    }

    public PositionOptions withResizing(boolean antialias, double offset) {
        return new PositionOptions(kind, antialias, offset, ropeBase);
    }

    public PositionOptions withRopeBase(double ropeBase) {
        return new PositionOptions(kind, antialias, offset, ropeBase);
    }

    /**
     * Rows of the table in front of the patches.
     *
     * @param registers R
     */
    public int rowsBefore(int registers) {
        return switch (kind) {
            case CLS_AND_PATCHES -> 1;
            case ALL -> 1 + registers;
            case PATCHES, ROPE -> 0;
        };
    }
}
