package org.cyphervit.slide.tissue;

/** The threshold between glass and tissue in saturation (HSV, 0 to 255). */
final class Saturation {
    /** Glass is never more coloured than this; a darker half of a histogram that is, is pale tissue. */
    private static final double GLASS = 0.10 * 255;

    /** Tissue is at least this much more coloured than its slide's glass; Otsu's middle would drop pale tissue beside dark. */
    private static final double MARGIN = 0.08 * 255;

    private Saturation() {}

    /** Saturation of a colour: (max - min) / max. */
    static int of(int red, int green, int blue) {
        int max = Math.max(red, Math.max(green, blue));
        int min = Math.min(red, Math.min(green, blue));
        return max == 0 ? 0 : (255 * (max - min) + max / 2) / max;
    }

    /**
     * Otsu's threshold (1979), the one that separates two classes best, but never below the floor, nor far above the glass
     * that it finds; the floor alone where there is no glass: a field full of tissue.
     *
     * @param histogram how often each saturation occurs
     * @param floor least saturation of tissue, 0 to 255
     * @return the least saturation of tissue
     */
    static int threshold(long[] histogram, double floor) {
        double count = 0;
        double sum = 0;
        for (int i = 0; i < histogram.length; i++) {
            count += histogram[i];
            sum += (double) i * histogram[i];
        }
        int best = 0;
        double bestVariance = -1;
        double bestBelow = 0;
        double below = 0;
        double sumBelow = 0;
        for (int i = 0; i < histogram.length - 1; i++) {
            below += histogram[i];
            sumBelow += (double) i * histogram[i];
            if (below == 0 || below == count) {
                continue;
            }
            double difference = sumBelow / below - (sum - sumBelow) / (count - below);
            double variance = below * (count - below) * difference * difference;
            if (variance > bestVariance) {
                bestVariance = variance;
                best = i + 1;
                bestBelow = sumBelow / below;
            }
        }
        int least = Math.max(1, (int) Math.ceil(floor));
        int most = (int) Math.round(bestBelow + MARGIN);
        return bestBelow < GLASS ? Math.max(least, Math.min(best, most)) : least;
    }
}
