package org.cyphervit.slide.quality;

import java.util.Optional;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.tissue.Coverage;
import org.cyphervit.slide.tissue.Overview;
import org.cyphervit.slide.tissue.PixelKind;
import org.cyphervit.slide.tissue.TissueMask;

/**
 * Which artefact each pixel of an overview shows.
 *
 * <ul>
 *   <li>Pen: ink of colours that no stain has. Red ink is stronger than eosin and blood, and its blue hardly above its green. Black ink is
 *       what is black and does not touch the edge of the picture.
 *   <li>Fold: tissue much denser than the tissue around it, in a long piece. Two layers absorb twice as much as one.
 *   <li>Bubble: a closed rim that is dark and grey, which tissue never is, and all that it encloses.
 * </ul>
 */
public final class ArtefactMask {
    private static final double RED_AREA = 40_000; // square microns, as all areas
    private static final double FOLD_AREA = 8_000;
    private static final double BUBBLE_AREA = 30_000;
    private static final double FOLD_NEIGHBOURHOOD = 600; // microns
    private static final double FOLD_CONTRAST = 1.45;
    private static final double FOLD_LENGTH = 2.5; // times as long as broad
    private static final double RIM_GAP = 24; // microns

    /** 0 where there is none, else one more than the artefact's number. */
    private final byte[] kinds;

    private final int width;
    private final double left;
    private final double top;
    private final double downsample;
    private final Coverage[] shares;

    private ArtefactMask(Overview overview, byte[] kinds) {
        this.kinds = kinds;
        this.width = overview.image().width();
        this.left = overview.bounds().x();
        this.top = overview.bounds().y();
        this.downsample = overview.downsample();
        this.shares = new Coverage[Artefact.values().length];
        for (Artefact artefact : Artefact.values()) {
            boolean[] covered = new boolean[kinds.length];
            for (int i = 0; i < kinds.length; i++) {
                covered[i] = kinds[i] == number(artefact);
            }
            shares[artefact.ordinal()] = new Coverage(covered, width);
        }
    }

    /**
     * Finds the artefacts.
     *
     * @param mpp scale of the overview, microns per pixel
     */
    public static ArtefactMask of(TissueMask tissue, double mpp) {
        Overview overview = tissue.overview();
        RgbImage image = overview.image();
        int n = image.width() * image.height();
        byte[] kinds = new byte[n];
        mark(kinds, bubbles(image, mpp), Artefact.BUBBLE);
        mark(kinds, folds(tissue, image, mpp), Artefact.FOLD);
        boolean[] red = new boolean[n];
        boolean[] black = new boolean[n];
        for (int i = 0; i < n; i++) {
            PixelKind kind = tissue.at(i % image.width(), i / image.width());
            int r = image.rgb()[3 * i] & 0xff;
            int g = image.rgb()[3 * i + 1] & 0xff;
            int b = image.rgb()[3 * i + 2] & 0xff;
            red[i] = r > 110 && b <= g + 28 && r - Math.max(g, b) > 85;
            black[i] = kind == PixelKind.DARK;
            if (kind == PixelKind.PEN) {
                kinds[i] = number(g > b ? Artefact.GREEN_PEN : Artefact.BLUE_PEN);
            }
        }
        int height = image.height();
        mark(
                kinds,
                new ConnectedComponents(red, image.width(), height).opened(1).larger(RED_AREA / (mpp * mpp)),
                Artefact.RED_PEN);
        mark(kinds, new ConnectedComponents(black, image.width(), height).inside(), Artefact.BLACK_PEN);
        return new ArtefactMask(overview, kinds);
    }

    private static boolean[] folds(TissueMask tissue, RgbImage image, double mpp) {
        int width = image.width();
        int height = image.height();
        float[] density = new float[width * height];
        boolean[] covered = new boolean[density.length];
        for (int i = 0; i < density.length; i++) {
            covered[i] = tissue.at(i % width, i / width) == PixelKind.TISSUE;
            double sum = 0;
            for (int c = 0; c < 3; c++) {
                sum -= Math.log10(((image.rgb()[3 * i + c] & 0xff) + 1) / 256.0);
            }
            density[i] = covered[i] ? (float) (sum / 3) : 0;
        }
        int reach = (int) Math.max(3, Math.round(FOLD_NEIGHBOURHOOD / 2 / mpp));
        float[] around = ConnectedComponents.meanAround(density, covered, width, reach);
        boolean[] dense = new boolean[density.length];
        for (int i = 0; i < dense.length; i++) {
            dense[i] = covered[i] && density[i] > FOLD_CONTRAST * around[i];
        }
        return new ConnectedComponents(dense, width, height)
                .closed(1)
                .opened(1)
                .larger(FOLD_AREA / (mpp * mpp), FOLD_LENGTH);
    }

    private static boolean[] bubbles(RgbImage image, double mpp) {
        boolean[] rim = new boolean[image.width() * image.height()];
        for (int i = 0; i < rim.length; i++) {
            int r = image.rgb()[3 * i] & 0xff;
            int g = image.rgb()[3 * i + 1] & 0xff;
            int b = image.rgb()[3 * i + 2] & 0xff;
            int most = Math.max(r, Math.max(g, b));
            rim[i] = most - Math.min(r, Math.min(g, b)) < 40 && most > 50 && most < 170;
        }
        return new ConnectedComponents(rim, image.width(), image.height())
                .closed((int) Math.max(1, Math.round(RIM_GAP / 2 / mpp)))
                .enclosed(BUBBLE_AREA / (mpp * mpp));
    }

    private static byte number(Artefact artefact) {
        return (byte) (artefact.ordinal() + 1);
    }

    private static void mark(byte[] kinds, boolean[] where, Artefact artefact) {
        for (int i = 0; i < kinds.length; i++) {
            if (where[i]) {
                kinds[i] = number(artefact);
            }
        }
    }

    /** What the pixel at that column and row of the overview shows, if it is an artefact. */
    public Optional<Artefact> at(int x, int y) {
        byte kind = kinds[y * width + x];
        return kind == 0 ? Optional.empty() : Optional.of(Artefact.values()[kind - 1]);
    }

    /** Share of a square, 0 to 1, that an artefact covers; corner and side in level-0 pixels. */
    public double share(Artefact artefact, double x, double y, double side) {
        double from = (x - left) / downsample;
        double down = (y - top) / downsample;
        double size = side / downsample;
        return shares[artefact.ordinal()].share(from, down, from + size, down + size);
    }

    /** The same of pen of all colours. */
    public double penShare(double x, double y, double side) {
        double sum = 0;
        for (Artefact artefact : Artefact.values()) {
            sum += artefact.isPen() ? share(artefact, x, y, side) : 0;
        }
        return sum;
    }
}
