package org.cyphervit.view;

import java.util.ArrayList;
import java.util.List;
import org.cyphervit.view.ViewSpec.Color;
import org.cyphervit.view.ViewSpec.Flips;

/**
 * The views of a method: kinds in order, global views first.
 *
 * @param specs kinds of views
 */
public record ViewRecipe(List<ViewSpec> specs) {
    /** Mean of ImageNet, which released weights expect; red, green, blue in [0, 1]. */
    static final float[] MEAN = {0.485f, 0.456f, 0.406f};
    /** Standard deviation of ImageNet. */
    static final float[] STD = {0.229f, 0.224f, 0.225f};

    public ViewRecipe {
        specs = List.copyOf(specs);
    }

    /**
     * DINO's multi-crop recipe (Caron 2021): two global and some local views.
     *
     * @param histology with vertical flips, quarter turns and changes of the stain instead of grey and solarized views,
     *     which no scanner makes
     */
    public static ViewRecipe dino(
            int globalSize, double globalMin, int localSize, int locals, double localMin, boolean histology) {
        List<ViewSpec> specs = new ArrayList<>();
        double[][] blurAndSolarize = {{1.0, 0}, {0.1, 0.2}};
        for (int i = 0; i < 2; i++) {
            Color color = histology
                    ? stain(i == 0 ? 0.5 : 0.1)
                    : new Color(0, 0, 0.8, 0.4, 0.4, 0.2, 0.1, 0.2, blurAndSolarize[i][0], blurAndSolarize[i][1]);
            specs.add(new ViewSpec("global" + i, 1, globalSize, globalMin, 1, flips(histology), histology, color));
        }
        if (locals > 0) {
            Color color = histology ? stain(0.3) : new Color(0, 0, 0.8, 0.4, 0.4, 0.2, 0.1, 0.2, 0.5, 0);
            specs.add(
                    new ViewSpec("local", locals, localSize, localMin, globalMin, flips(histology), histology, color));
        }
        return new ViewRecipe(specs);
    }

    /** Two alike views for contrastive methods. */
    public static ViewRecipe pair(int size, double minScale, boolean histology) {
        Color color = histology ? stain(0.3) : new Color(0, 0, 0.8, 0.8, 0.8, 0.8, 0.2, 0.2, 0.5, 0);
        return new ViewRecipe(
                List.of(new ViewSpec("global", 2, size, minScale, 1, flips(histology), histology, color)));
    }

    /** Number of views per tile. */
    public int views() {
        return specs.stream().mapToInt(ViewSpec::count).sum();
    }

    /** The kind of each view, in order. */
    List<ViewSpec> expanded() {
        List<ViewSpec> expanded = new ArrayList<>();
        specs.forEach(spec -> {
            for (int i = 0; i < spec.count(); i++) {
                expanded.add(spec);
            }
        });
        return expanded;
    }

    private static Flips flips(boolean histology) {
        return new Flips(0.5, histology ? 0.5 : 0);
    }

    private static Color stain(double blur) {
        return new Color(0.8, 0.3, 0.8, 0.3, 0.3, 0.2, 0.1, 0.1, blur, 0);
    }
}
