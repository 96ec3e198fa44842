package org.cyphervit.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import org.cyphervit.UserError;

/** Where files named after tiles go. */
public final class Outputs {
    /** What is said of {@code --out} of commands that write an encoder. */
    public static final String ENCODER =
            "The file to write, .safetensors, or a folder in which it is called encoder.safetensors.";

    private Outputs() {}

    /**
     * The file that an {@code --out} means: itself, or one of the usual name in a folder, which is what exists as one or has
     * no ending.
     */
    public static Path file(Path out, String usual) {
        boolean folder =
                Files.isDirectory(out) || String.valueOf(out.getFileName()).lastIndexOf('.') <= 0;
        return folder ? out.resolve(usual) : out;
    }

    /**
     * The file of that relative name in a folder.
     *
     * @throws UserError if the name, which may come from a hostile archive, leads out of the folder
     */
    public static Path within(Path folder, String name) {
        Path root = folder.toAbsolutePath().normalize();
        Path file = root.resolve(name).normalize();
        if (!file.startsWith(root) || file.equals(root)) {
            throw new UserError("The tile's name '" + name + "' leads out of '" + folder + "'; it is not written.");
        }
        return file;
    }

    /** A name without what follows its last dot. */
    public static String withoutExtension(String name) {
        int dot = name.lastIndexOf('.');
        return dot > name.lastIndexOf('/') ? name.substring(0, dot) : name;
    }
}
