package org.cyphervit.slide;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cyphervit.UserError;
import org.cyphervit.slide.tiff.TiffDirectory;
import org.cyphervit.slide.tiff.TiffTag;

/**
 * The scale of a slide and who said it.
 *
 * @param mpp microns per pixel of level 0, if known
 * @param words what the file says, or whose word was taken
 * @param given whether whoever opened the slide gave it
 */
public record Calibration(OptionalDouble mpp, String words, boolean given) {
    /** No scanner is finer, no slide worth tiling coarser: outside of this a resolution describes a screen or a printer. */
    private static final double FINEST = 0.02;

    private static final double COARSEST = 20;

    private static final Pattern APERIO = Pattern.compile("\\|\\s*MPP\\s*=\\s*([0-9.eE+-]{1,20})");

    private static final Calibration SILENT =
            new Calibration(OptionalDouble.empty(), "the file says nothing of it", false);

    /** A file that cannot say it. */
    public static Calibration none() {
        return SILENT;
    }

    /** What both directions say; pixels that are not square are refused. */
    public static Calibration of(double x, double y, String who) {
        String words = String.format(Locale.ROOT, "%s says %.4g um", who, x)
                + (x == y ? "" : String.format(Locale.ROOT, " x %.4g um", y));
        if (!(x >= FINEST && x <= COARSEST && y >= FINEST && y <= COARSEST)) {
            return new Calibration(OptionalDouble.empty(), words + ", which no slide scanner has", false);
        }
        return Math.abs(x - y) > 0.05 * x
                ? new Calibration(OptionalDouble.empty(), words + ", pixels that are not square", false)
                : new Calibration(OptionalDouble.of((x + y) / 2), words, false);
    }

    /** From a TIFF file's description (Aperio) or its resolution. */
    public static Calibration of(TiffDirectory directory) {
        String description = directory.text(TiffTag.IMAGE_DESCRIPTION).orElse("");
        Matcher aperio = APERIO.matcher(description);
        if (aperio.find()) {
            double value = number(aperio.group(1));
            return of(value, value, "Aperio's description");
        }
        double unit = switch ((int) directory.integer(TiffTag.RESOLUTION_UNIT, 2)) {
            case 2 -> 25_400;
            case 3 -> 10_000;
            default -> Double.NaN; // no unit
        };
        OptionalDouble x = directory.rational(TiffTag.X_RESOLUTION);
        OptionalDouble y = directory.rational(TiffTag.Y_RESOLUTION);
        return Double.isNaN(unit) || x.isEmpty() || y.isEmpty()
                ? SILENT
                : of(unit / x.getAsDouble(), unit / y.getAsDouble(), "the file's resolution");
    }

    /** What the slide says, or else what the user says. */
    public Calibration or(OptionalDouble user) {
        if (user.isEmpty()) {
            return this;
        }
        double value = user.getAsDouble();
        if (!(value >= FINEST && value <= COARSEST)) {
            throw new UserError(
                    "A slide's scale (setting 'mpp') is in microns per pixel, usually between 0.1 and 2; got " + value
                            + ".");
        }
        if (mpp.isEmpty()) {
            return new Calibration(user, words + "; the user says " + value + " um", true);
        }
        boolean agree = Math.abs(mpp.getAsDouble() - value) < 0.02 * value;
        return agree
                ? this
                : new Calibration(mpp, words + ", which counts, not the " + value + " um that the user says", false);
    }

    public static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
