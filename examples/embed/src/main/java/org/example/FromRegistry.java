package org.example;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.cyphervit.Encoder;

/** The feature of a tile by an encoder of the registry, once 'cyphervit encoders import' or 'get' brought it here. */
public final class FromRegistry {
    private FromRegistry() {}

    /** @param args the encoder's name, such as deit-tiny, and an image */
    public static void main(String[] args) throws IOException {
        try (Encoder encoder = Encoder.named(args[0])) {
            float[] feature = encoder.embed(Path.of(args[1]));
            System.out.println(Arrays.toString(feature));
        }
    }
}
