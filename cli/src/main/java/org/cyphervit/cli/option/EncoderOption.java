package org.cyphervit.cli.option;

import java.nio.file.Path;
import org.cyphervit.checkpoint.EncoderBox;
import picocli.CommandLine.Option;

/** The encoder of a command that uses one, and can do without a name for it. */
public final class EncoderOption {
    @Option(
            names = "--encoder",
            paramLabel = "RUN",
            defaultValue = EncoderBox.NAME,
            description =
                    "A run's folder, an encoder file, or the name of an imported encoder. Default: the encoder that comes"
                            + " with this program.")
    private Path encoder = Path.of(EncoderBox.NAME);

    /** As it was given. */
    public Path path() {
        return encoder;
    }
}
