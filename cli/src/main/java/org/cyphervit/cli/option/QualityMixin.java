package org.cyphervit.cli.option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.cyphervit.UserError;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.slide.quality.QualityOptions;
import org.cyphervit.train.recipe.Recipes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a tile may have of artefacts. */
public final class QualityMixin {
    private static final String FILE = "quality.yaml";

    @Option(
            names = "--no-quality",
            description =
                    "Do not look for pen on tissue, folds, bubbles and blur; ink of strong colours counts always.")
    private boolean unchecked;

    @Option(
            names = "--limits",
            paramLabel = "FILE",
            description = "Limits as '" + QualityMixin.FILE
                    + "', which 'tile' and 'qc' leave beside what they write, has them."
                    + " What is given beside it counts instead.")
    private @Nullable Path file;

    @Option(names = "--max-pen", paramLabel = "SHARE", description = "Largest share of pen of a tile. Default: 0.1.")
    @Within(most = 1)
    private @Nullable Double pen;

    @Option(names = "--max-fold", paramLabel = "SHARE", description = "Largest share of folded tissue. Default: 0.2.")
    @Within(most = 1)
    private @Nullable Double fold;

    @Option(
            names = "--max-bubble",
            paramLabel = "SHARE",
            description = "Largest share of an air bubble. Default: 0.25.")
    @Within(most = 1)
    private @Nullable Double bubble;

    @Option(
            names = "--min-focus",
            paramLabel = "F",
            description =
                    "Least sharpness; 0 takes blurred tiles. Default: 0.1, which a blur of 2 microns does not reach.")
    @Within(most = 10)
    private @Nullable Double focus;

    /**
     * The limits.
     *
     * @throws UserError naming the file and the key that is wrong
     */
    public QualityOptions limits() {
        if (unchecked) {
            return QualityOptions.none();
        }
        QualityOptions usual = file == null ? QualityOptions.standard() : read(file);
        return new QualityOptions(
                usual.check(),
                Objects.requireNonNullElse(pen, usual.pen()),
                Objects.requireNonNullElse(fold, usual.fold()),
                Objects.requireNonNullElse(bubble, usual.bubble()),
                Objects.requireNonNullElse(focus, usual.focus()));
    }

    /** Leaves the limits in a folder. */
    public void write(Path folder) throws IOException {
        QualityOptions limits = limits();
        AtomicFiles.write(
                folder.resolve(FILE),
                "# Limits of quality control: shares of a tile's area, and least sharpness. Use again: --limits FILE\n"
                        + "check: " + limits.check() + "\npen: " + limits.pen() + "\nfold: " + limits.fold()
                        + "\nbubble: " + limits.bubble() + "\nfocus: " + limits.focus() + "\n");
    }

    private static QualityOptions read(Path file) {
        try {
            return ConfigTree.to(
                    Recipes.read(Files.readAllBytes(file), file.toString()), QualityOptions.class, file.toString());
        } catch (IOException e) {
            throw new UserError("The limits in '" + file + "' cannot be read: " + e.getMessage() + ".", e);
        }
    }
}
