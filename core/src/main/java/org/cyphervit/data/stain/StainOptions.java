package org.cyphervit.data.stain;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.cyphervit.UserError;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.stain.StainFiles;
import org.cyphervit.stain.StainFit;
import org.cyphervit.stain.StainMethod;

/**
 * Whether and how tiles are normalized as they are read.
 *
 * @param method none, macenko, vahadane or reinhard
 * @param fit which tiles are measured together
 * @param target an image, or a file that {@code normalize --save-fit} wrote; empty for the method's reference
 */
public record StainOptions(String method, Fit fit, String target) {
    /** Tiles as they are. */
    public static final StainOptions NONE = new StainOptions("none", Fit.TILE, "");

    /** Which tiles are measured together. */
    public enum Fit {
        /** Each by itself: right for tiles of unknown origin, but it levels differences within a slide too. */
        TILE,
        /** All of a slide or patient: what users of slides want. */
        GROUP,
        /** All of the source: for the tiles of one slide or one laboratory. */
        ALL
    }

    public StainOptions {
        method = method.toLowerCase(Locale.ROOT);
        if (!method.equals("none") && named(method).isEmpty()) {
            throw new UserError("Unknown stain method '" + method + "'; there are none, "
                    + Arrays.stream(StainMethod.values()).map(StainMethod::key).collect(Collectors.joining(", "))
                    + ".");
        }
    }

    /** The method, or nothing where tiles stay as they are. */
    public Optional<StainMethod> chosen() {
        return named(method);
    }

    /**
     * What tiles are normalized to.
     *
     * @param chosen the method
     * @throws UserError if the target cannot be read or measured, or comes from another method
     */
    public StainFit targetFor(StainMethod chosen) {
        if (target.isEmpty()) {
            return chosen.reference();
        }
        Path file = Path.of(target);
        if (!ImageFiles.isImage(file)) {
            StainFit fit = StainFiles.read(file);
            if (fit.method() != chosen) {
                throw new UserError("'" + target + "' was measured by "
                        + fit.method().key() + ", not " + chosen.key() + ". Choose that method, or another target.");
            }
            return fit;
        }
        try {
            return chosen.fit(ImageFiles.read(file).rgb())
                    .orElseThrow(() -> new UserError("The target '" + target + "' has too little stain to be measured."
                            + " Choose an image full of tissue."));
        } catch (IOException e) {
            throw new UserError("The target cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private static Optional<StainMethod> named(String key) {
        return Arrays.stream(StainMethod.values())
                .filter(candidate -> candidate.key().equals(key))
                .findFirst();
    }
}
