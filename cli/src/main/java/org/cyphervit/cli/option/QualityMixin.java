package org.cyphervit.cli.option;

import org.cyphervit.slide.quality.QualityOptions;
import picocli.CommandLine.Option;

/** What a tile may have of artefacts. */
public final class QualityMixin {
    private static final QualityOptions USUAL = QualityOptions.standard();

    @Option(
            names = "--no-quality",
            description =
                    "Do not look for pen on tissue, folds, bubbles and blur; ink of strong colours counts always.")
    private boolean unchecked;

    @Option(names = "--max-pen", paramLabel = "SHARE", description = "Largest share of pen of a tile. Default: 0.1.")
    private double pen = USUAL.pen();

    @Option(names = "--max-fold", paramLabel = "SHARE", description = "Largest share of folded tissue. Default: 0.2.")
    private double fold = USUAL.fold();

    @Option(
            names = "--max-bubble",
            paramLabel = "SHARE",
            description = "Largest share of an air bubble. Default: 0.25.")
    private double bubble = USUAL.bubble();

    @Option(
            names = "--min-focus",
            paramLabel = "F",
            description =
                    "Least sharpness; 0 takes blurred tiles. Default: 0.1, which a blur of 2 microns does not reach.")
    private double focus = USUAL.focus();

    /** The limits. */
    public QualityOptions limits() {
        return unchecked ? QualityOptions.none() : new QualityOptions(true, pen, fold, bubble, focus);
    }
}
