package org.cyphervit.mil.bag;

import java.io.IOException;
import java.nio.file.Path;

/** Opens one slide's features, which are only known by name so far. */
interface Opener {
    /** The file, for messages. */
    Path file();

    /** @throws org.cyphervit.UserError naming the file and what is wrong with it */
    Bag open(String slide, Scratch scratch) throws IOException;
}
