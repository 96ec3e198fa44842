package org.cyphervit.augment;

import java.util.ArrayList;
import java.util.List;
import org.cyphervit.augment.ViewSpec.Color;
import org.cyphervit.augment.ViewSpec.Flips;

/**
 * The views of a method: kinds in order, global views first.
 *
 * @param specs kinds of views
 */
public record ViewRecipe(List<ViewSpec> specs) {
    public ViewRecipe {
        specs = List.copyOf(specs);
    }

    /** DINO's multi-crop recipe (Caron 2021): two global and some local views. */
    static ViewRecipe multicrop(ViewOptions.MultiCrop options) {
        double[][] blurAndSolarize = {{1.0, 0}, {0.1, 0.2}};
        double strength = options.colorStrength() * options.globalColor();
        List<ViewSpec> specs = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Color color = options.histology()
                    ? stain(strength, i == 0 ? 0.5 : 0.1)
                    : natural(strength, 0.4, 0.2, 0.1, blurAndSolarize[i][0], blurAndSolarize[i][1]);
            specs.add(global("global" + i, 1, options.globalSize(), options.globalMin(), options.histology(), color));
        }
        if (options.locals() > 0) {
            Color color = options.histology()
                    ? stain(options.colorStrength(), 0.3)
                    : natural(options.colorStrength(), 0.4, 0.2, 0.1, 0.5, 0);
            specs.add(new ViewSpec(
                    "local",
                    options.locals(),
                    options.localSize(),
                    options.localMin(),
                    options.globalMin(),
                    flips(options.histology()),
                    options.histology(),
                    color));
        }
        return new ViewRecipe(specs);
    }

    /** Two alike views, for contrastive methods (SimCLR's colours, or the stain's). */
    static ViewRecipe pair(ViewOptions.Pair options) {
        Color color = options.histology()
                ? stain(options.colorStrength(), 0.3)
                : natural(options.colorStrength(), 0.8, 0.8, 0.2, 0.5, 0);
        return one(2, options.globalSize(), options.globalMin(), options.histology(), color);
    }

    /** One coloured view, for learning from labels. */
    static ViewRecipe single(ViewOptions.Single options) {
        Color color = options.histology()
                ? stain(options.colorStrength(), 0.1)
                : natural(options.colorStrength(), 0.4, 0.2, 0.1, 0, 0);
        return one(1, options.globalSize(), options.globalMin(), options.histology(), color);
    }

    /** One view, cropped and turned, colours as they are: for rebuilding pixels. */
    static ViewRecipe plain(ViewOptions.Plain options) {
        return one(1, options.globalSize(), options.globalMin(), options.histology(), Color.NONE);
    }

    /** Number of views per tile. */
    public int views() {
        return specs.stream().mapToInt(ViewSpec::count).sum();
    }

    /** The kind of each view, in order: as many as {@link #views}. */
    public List<ViewSpec> expanded() {
        List<ViewSpec> expanded = new ArrayList<>();
        specs.forEach(spec -> {
            for (int i = 0; i < spec.count(); i++) {
                expanded.add(spec);
            }
        });
        return expanded;
    }

    /** The side of each view in pixels, in order. */
    public List<Integer> sides() {
        return expanded().stream().map(ViewSpec::size).toList();
    }

    private static ViewRecipe one(int count, int size, double least, boolean histology, Color color) {
        return new ViewRecipe(List.of(global("global", count, size, least, histology, color)));
    }

    private static ViewSpec global(String name, int count, int size, double least, boolean histology, Color color) {
        return new ViewSpec(name, count, size, least, 1, flips(histology), histology, color);
    }

    private static Flips flips(boolean histology) {
        return new Flips(0.5, histology ? 0.5 : 0);
    }

    private static Color stain(double s, double blur) {
        double jitter = Math.min(1, 0.3 * s);
        double grey = 0.1 * Math.min(1, s);
        return new Color(0.8, jitter, 0.8, jitter, jitter, Math.min(1, 0.2 * s), Math.min(0.5, 0.1 * s), grey, blur, 0);
    }

    private static Color natural(
            double s, double strength, double saturation, double hue, double blur, double solarize) {
        double jitter = Math.min(1, strength * s);
        double grey = 0.2 * Math.min(1, s);
        return new Color(
                0, 0, 0.8, jitter, jitter, Math.min(1, saturation * s), Math.min(0.5, hue * s), grey, blur, solarize);
    }
}
