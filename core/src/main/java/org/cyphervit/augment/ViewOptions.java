package org.cyphervit.augment;

import org.cyphervit.Ranges;
import org.cyphervit.UserError;

/**
 * How a method's views are drawn. Each kind of views has a record of its own, whose components are the keys of the
 * recipe's section {@code views}; a key that another kind has is refused. Kinds share the words:
 *
 * <ul>
 *   <li>{@code globalSize}: side of global views, pixels; a multiple of the patch
 *   <li>{@code globalMin}: least share of a tile's area in a global view, (0, 1]
 *   <li>{@code histology}: with vertical flips, quarter turns and changes of the stain instead of grey and solarized
 *       views, which no scanner makes
 *   <li>{@code colorStrength}: multiplies the strengths of colour and stain changes; 1 as the recipes have it, 0 for none
 * </ul>
 */
public interface ViewOptions {
    /** The views that these options ask for, global ones first. */
    ViewRecipe recipe();

    /**
     * Multi-crop (SwAV, DINO): two global views and some local ones.
     *
     * @param globalMin also the largest share of a local view
     * @param localSize side of local views, pixels
     * @param locals number of local views per tile
     * @param localMin least share of a tile's area in a local view, (0, globalMin]
     * @param globalColor share of the colour strength that the global views get, [0, 1]. A teacher sees only these:
     *     below 1 its targets vary less, and local views must find them through the change of colour (asymmetric
     *     augmentation, Wang 2022)
     */
    record MultiCrop(
            int globalSize,
            double globalMin,
            int localSize,
            int locals,
            double localMin,
            boolean histology,
            double colorStrength,
            double globalColor)
            implements ViewOptions {
        public MultiCrop {
            check(globalSize, globalMin, colorStrength);
            Ranges.of("Views")
                    .whole("localSize", localSize, 1, 4096)
                    .whole("locals", locals, 0, 64)
                    .check();
            if (locals < 0 || !(localMin > 0) || (locals > 0 && localMin > globalMin)) {
                throw new UserError("Local views need locals >= 0 and localMin in (0, globalMin]; got " + locals + ", "
                        + localMin + " and globalMin " + globalMin + ".");
            }
            if (!(globalColor >= 0 && globalColor <= 1)) {
                throw new UserError("Views need globalColor in [0, 1]; got " + globalColor + ".");
            }
        }

        /** DINO's shares of the tile, without local views, with histology's colours at full strength. */
        public static MultiCrop of(int globalSize) {
            return new MultiCrop(globalSize, 0.4, globalSize, 0, 0.05, true, 1, 1);
        }

        public MultiCrop withLocals(int locals, int localSize, double localMin) {
            return new MultiCrop(
                    globalSize, globalMin, localSize, locals, localMin, histology, colorStrength, globalColor);
        }

        public MultiCrop withColor(boolean histology, double colorStrength, double globalColor) {
            return new MultiCrop(
                    globalSize, globalMin, localSize, locals, localMin, histology, colorStrength, globalColor);
        }

        @Override
        public ViewRecipe recipe() {
            return ViewRecipe.multicrop(this);
        }
    }

    /** Two alike views, for contrastive methods. */
    record Pair(int globalSize, double globalMin, boolean histology, double colorStrength) implements ViewOptions {
        public Pair {
            check(globalSize, globalMin, colorStrength);
        }

        @Override
        public ViewRecipe recipe() {
            return ViewRecipe.pair(this);
        }
    }

    /** One coloured view, for learning from labels. */
    record Single(int globalSize, double globalMin, boolean histology, double colorStrength) implements ViewOptions {
        public Single {
            check(globalSize, globalMin, colorStrength);
        }

        @Override
        public ViewRecipe recipe() {
            return ViewRecipe.single(this);
        }
    }

    /**
     * One view, cropped and turned, its colours as they are: for rebuilding pixels.
     *
     * @param histology with vertical flips and quarter turns
     */
    record Plain(int globalSize, double globalMin, boolean histology) implements ViewOptions {
        public Plain {
            check(globalSize, globalMin, 0);
        }

        @Override
        public ViewRecipe recipe() {
            return ViewRecipe.plain(this);
        }
    }

    private static void check(int globalSize, double globalMin, double colorStrength) {
        Ranges.of("Views").whole("globalSize", globalSize, 1, 4096).check();
        if (!(globalMin > 0 && globalMin <= 1) || !(colorStrength >= 0 && colorStrength <= 3)) {
            throw new UserError("Views need globalMin in (0, 1] and colorStrength in [0, 3]; got " + globalMin + " and "
                    + colorStrength + ".");
        }
    }
}
