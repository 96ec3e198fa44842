package org.cyphervit.cli.option;

import java.nio.file.Path;
import org.cyphervit.UserError;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The encoder of a command that is about one, and needs a name for it; it was a word without an option until 0.1. */
public final class NamedEncoder {
    @Option(
            names = "--encoder",
            paramLabel = "RUN",
            description = "A run's folder, an encoder file, or the name of an imported encoder.")
    private @Nullable Path encoder;

    @Parameters(arity = "0..1", hidden = true, description = "The old way to name the encoder.")
    private @Nullable Path word;

    /** @throws UserError if there is none, or two */
    public Path path() {
        if (word != null && encoder == null) {
            warn();
            return word;
        }
        if (encoder == null || word != null) {
            throw new UserError(
                    "Which encoder? Name one, by --encoder: a run's folder, an encoder file, or the name of an"
                            + " imported encoder.");
        }
        return encoder;
    }

    /** Says that an encoder was named in the old way. */
    public static void warn() {
        System.err.println("Warning: the encoder is now named by --encoder; without it goes in a later version.");
    }
}
