package org.cyphervit.cli.option;

import org.cyphervit.UserError;
import org.cyphervit.augment.Normalization;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How an encoder's images are normalised, where the user says it. */
public final class NormalizationOption {
    @Option(names = "--mean", paramLabel = "R,G,B", description = "Of red, green and blue in [0, 1]; with --std.")
    private @Nullable String mean;

    @Option(names = "--std", paramLabel = "R,G,B", description = "Standard deviations; with --mean.")
    private @Nullable String std;

    /** Null where the user says nothing. */
    public @Nullable Normalization given() {
        if ((mean == null) != (std == null)) {
            throw new UserError("Images are normalised with --mean and --std; give both.");
        }
        return mean == null || std == null ? null : Normalization.of(mean, std);
    }
}
