package org.cyphervit.data.generated;

import static org.cyphervit.data.generated.Canvas.uniform;

import java.util.random.RandomGenerator;
import org.cyphervit.data.generated.Canvas.Box;

/** Tissue of glands: regular crypts of healthy mucosa, crowded irregular ones of a tumour. */
final class GlandPainter {
    private GlandPainter() {}

    /**
     * How a gland looks.
     *
     * @param wall thickness of the epithelium
     * @param lumen radius of the hollow; 0 for a solid nest
     * @param irregular how far its outline is from an ellipse, [0, 1]
     * @param layers rows of nuclei
     * @param crowded nuclei per length of outline, in units of their breadth
     * @param pleomorphic variation of size, shape and stain of nuclei, [0, 1]
     * @param goblets share of cells with a pale mucus vacuole
     * @param cytoplasmEosin amount of eosin between nuclei
     * @param cytoplasmHaematoxylin amount of haematoxylin between nuclei
     */
    private record Gland(
            double wall,
            double lumen,
            double irregular,
            int layers,
            double crowded,
            double pleomorphic,
            double goblets,
            double cytoplasmEosin,
            double cytoplasmHaematoxylin) {}

    /** Round crypts of one row of basal nuclei, pale goblets and a narrow lumen, in a cellular lamina propria. */
    static void mucosa(Canvas canvas, RandomGenerator random) {
        laminaPropria(canvas, random, 0.009);
        Gland gland = new Gland(9.5, uniform(random, 2.5, 5), 0.1, 1, 1.0, 0.15, 0.75, 0.3, 0.1);
        double radius = gland.wall + gland.lumen;
        for (double[] centre : CellPainter.scatter(canvas.size, radius, 2.25, random)) {
            paint(canvas, gland, centre[0], centre[1], uniform(random, 1, 1.35), random);
        }
    }

    /** Large irregular glands of crowded, layered, unequal nuclei with little stroma between. */
    static void tumour(Canvas canvas, RandomGenerator random) {
        laminaPropria(canvas, random, 0.003);
        double solid = random.nextDouble();
        Gland gland = new Gland(
                uniform(random, 10, 15),
                solid < 0.35 ? 0 : uniform(random, 3, 10),
                0.6,
                solid < 0.35 ? 5 : 3,
                0.85,
                0.8,
                0.0,
                uniform(random, 0.3, 0.55),
                uniform(random, 0.22, 0.38));
        double radius = gland.wall + gland.lumen;
        for (double[] centre : CellPainter.scatter(canvas.size, radius, 1.75, random)) {
            paint(canvas, gland, centre[0], centre[1], uniform(random, 1, 1.6), random);
        }
    }

    private static void laminaPropria(Canvas canvas, RandomGenerator random, double cells) {
        ValueNoise ground = new ValueNoise(random, uniform(random, 0, 3.14), 18, 4);
        double eosin = uniform(random, 0.3, 0.55);
        canvas.fill(Structure.FIBRE, (x, y) -> 0.1, (x, y) -> eosin * Math.clamp(0.8 + 0.9 * ground.at(x, y), 0.1, 2));
        for (int i = (int) (canvas.size * canvas.size * cells); i > 0; i--) {
            double radius = uniform(random, 1.8, 2.7);
            canvas.nucleus(
                    uniform(random, 0, canvas.size),
                    uniform(random, 0, canvas.size),
                    radius * uniform(random, 1, 1.8),
                    radius,
                    uniform(random, 0, 6.283),
                    uniform(random, 0.7, 1),
                    0.3,
                    random);
        }
    }

    private static void paint(Canvas canvas, Gland gland, double x, double y, double stretch, RandomGenerator random) {
        double angle = uniform(random, 0, Math.PI);
        double[] waves = random.doubles(4, -1, 1).toArray();
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        double outer = gland.wall + gland.lumen;
        Outline outline = theta -> {
            double wave = gland.irregular
                    * (0.16 * Math.cos(2 * theta + 3 * waves[0])
                            + 0.12 * Math.cos(3 * theta + 3 * waves[1])
                            + 0.07 * Math.cos(5 * theta + 3 * waves[2]));
            double ellipse = 1 / Math.hypot(Math.cos(theta) / stretch, Math.sin(theta));
            return outer * ellipse * (1 + wave);
        };
        // depth: 0 on the basal side, 1 at the lumen's edge, above 1 inside the lumen
        Canvas.Field depth = (px, py) -> {
            double u = cos * (px - x) + sin * (py - y);
            double v = cos * (py - y) - sin * (px - x);
            double radius = outline.radius(Math.atan2(v, u));
            return (radius - Math.hypot(u, v)) / gland.wall;
        };
        Box box = Box.around(x, y, outer * 1.9);
        ValueNoise texture = new ValueNoise(random, 4);
        canvas.blend(
                Structure.CYTOPLASM,
                box,
                (px, py) -> Math.clamp(depth.at(px, py) * gland.wall, 0, 1),
                (px, py) -> gland.cytoplasmHaematoxylin * (1 + 0.3 * texture.at(px, py)),
                (px, py) -> gland.cytoplasmEosin * (1 + 0.35 * texture.at(px, py)));
        if (gland.lumen > 0) {
            canvas.blend(
                    Structure.LUMEN,
                    box,
                    (px, py) -> Math.clamp((depth.at(px, py) - 1) * gland.wall, 0, 1),
                    (px, py) -> 0.06 + 0.05 * texture.at(px, py),
                    (px, py) -> 0.05);
        }
        cells(canvas, gland, x, y, cos, sin, outline, random);
    }

    private interface Outline {
        double radius(double theta);
    }

    private static void cells(
            Canvas canvas,
            Gland gland,
            double x,
            double y,
            double cos,
            double sin,
            Outline outline,
            RandomGenerator random) {
        double breadth = 2.1 * (1 + 0.45 * gland.pleomorphic);
        for (int layer = 0; layer < gland.layers; layer++) {
            double inset = gland.layers == 1 ? 0.26 : (layer + 0.6) / (gland.layers + 0.4);
            double circumference = 6.283 * Math.max(2, outline.radius(0) - inset * gland.wall);
            int count = (int) (circumference / (2.15 * breadth * gland.crowded));
            double start = uniform(random, 0, 6.283);
            for (int i = 0; i < count; i++) {
                double theta = start + 6.283 * (i + uniform(random, -0.2, 0.2)) / count;
                double in = (inset + gland.pleomorphic * uniform(random, -0.12, 0.12)) * gland.wall;
                double radius = Math.max(0, outline.radius(theta) - in);
                double[] at = place(x, y, cos, sin, radius, theta);
                double outward = theta + Math.atan2(sin, cos);
                if (random.nextDouble() < gland.goblets) {
                    goblet(canvas, place(x, y, cos, sin, radius - 0.36 * gland.wall, theta), breadth * 1.25);
                }
                double vary = gland.pleomorphic;
                canvas.nucleus(
                        at[0],
                        at[1],
                        breadth * uniform(random, 1.35 - 0.3 * vary, 1.6 + 0.7 * vary),
                        breadth * uniform(random, 0.9 - 0.15 * vary, 1.05 + 0.35 * vary),
                        outward + vary * uniform(random, -0.7, 0.7),
                        uniform(random, 0.8 - 0.25 * vary, 1.0 + 0.1 * vary),
                        0.3 + 0.6 * vary,
                        random);
            }
        }
    }

    private static void goblet(Canvas canvas, double[] at, double radius) {
        canvas.blend(
                Structure.MUCUS,
                Box.around(at[0], at[1], radius),
                (px, py) -> 0.85 * Math.clamp(radius + 0.5 - Math.hypot(px - at[0], py - at[1]), 0, 1),
                (px, py) -> 0.12,
                (px, py) -> 0.05);
    }

    private static double[] place(double x, double y, double cos, double sin, double radius, double theta) {
        double u = radius * Math.cos(theta);
        double v = radius * Math.sin(theta);
        return new double[] {x + cos * u - sin * v, y + sin * u + cos * v};
    }
}
