package org.example;

import java.io.IOException;
import java.nio.file.Path;
import org.cyphervit.Encoder;

/** How alike tiles look to an encoder: the cosine of the first tile's feature with each of the others'. */
public final class Main {
    private Main() {}

    /** @param args a run's folder or encoder file, then images */
    public static void main(String[] args) throws IOException {
        try (Encoder encoder = Encoder.load(Path.of(args[0]))) {
            float[] first = encoder.embed(Path.of(args[1]));
            System.out.printf("%d numbers for an image%n", first.length);
            for (int i = 2; i < args.length; i++) {
                System.out.printf("%.3f  %s%n", cosine(first, encoder.embed(Path.of(args[i]))), args[i]);
            }
        }
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }
        return dot / Math.sqrt(aa * bb);
    }
}
