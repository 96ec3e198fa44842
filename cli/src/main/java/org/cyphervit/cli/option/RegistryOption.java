package org.cyphervit.cli.option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cyphervit.encoders.EncoderRegistry;
import picocli.CommandLine.Option;

/** The registry of released encoders, with a user's own entries. */
public final class RegistryOption {
    @Option(
            names = "--registry",
            paramLabel = "FILE",
            description = "A YAML file with entries of your own, as 'encoders show NAME --yaml' prints them.")
    private List<Path> files = new ArrayList<>();

    /** The program's own and those of the files. */
    public EncoderRegistry open() throws IOException {
        EncoderRegistry registry = EncoderRegistry.standard();
        for (Path file : files) {
            registry = registry.with(file);
        }
        return registry;
    }
}
