package org.cyphervit.mil.bag;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.cyphervit.file.CsvTable;
import org.cyphervit.file.hdf5.Hdf5Dataset;
import org.cyphervit.file.hdf5.Hdf5File;

/**
 * A cohort whose answer is known: slides of class b hold some tiles whose first feature is high, the others none. The number
 * is their share, and the risk rises with it.
 */
public final class MadeCohort {
    public static final int WIDTH = 8;

    private MadeCohort() {}

    /** Writes {@code features/<slide>.h5} and {@code slides.csv}; two slides a patient. */
    public static Path write(Path folder, int patients) throws IOException {
        Random random = new Random(3);
        StringBuilder table = new StringBuilder("slide,patient,label,share,time,event\n");
        for (int p = 0; p < patients; p++) {
            boolean high = p % 2 == 1;
            double share = high ? 0.2 + 0.3 * random.nextDouble() : 0;
            double time = (high ? 1 : 3) + random.nextDouble();
            for (int s = 0; s < 2; s++) {
                int tiles = 20 + random.nextInt(20);
                float[] features = new float[tiles * WIDTH];
                for (int i = 0; i < features.length; i++) {
                    features[i] = (float) random.nextGaussian();
                }
                for (int t = 0; t < Math.round(share * tiles); t++) {
                    features[t * WIDTH] = 6;
                }
                String slide = "slide-" + p + (s == 0 ? "a" : "b");
                h5(folder.resolve("features").resolve(slide + ".h5"), features, WIDTH, "made");
                table.append(CsvTable.line(List.of(
                        slide,
                        "patient-" + p,
                        high ? "b" : "a",
                        String.valueOf(share),
                        String.valueOf(time),
                        p % 5 == 0 ? "0" : "1")));
            }
        }
        Path file = folder.resolve("slides.csv");
        Files.writeString(file, table);
        return file;
    }

    /** One slide's file, in TRIDENT's layout. */
    public static void h5(Path file, float[] features, int width, String encoder) throws IOException {
        int rows = features.length / width;
        long[] places = new long[2 * rows];
        for (int i = 0; i < rows; i++) {
            places[2 * i] = 512L * (i % 8);
            places[2 * i + 1] = 512L * (i / 8);
        }
        Map<String, Object> geometry = new LinkedHashMap<>();
        geometry.put("patch_size_level0", 512L);
        Hdf5File.write(
                file,
                List.of(
                        new Hdf5Dataset("features", features, new long[] {rows, width}, Map.of("encoder", encoder)),
                        new Hdf5Dataset("coords", places, new long[] {rows, 2}, geometry)));
    }

    /** The cohort of files that {@link #write} wrote. */
    public static Cohort read(Path folder, TableOptions options) throws IOException {
        FeatureFolder features = FeatureFolder.open(folder.resolve("features"), folder.resolve("scratch"));
        return Cohort.of(features, SlideTable.read(folder.resolve("slides.csv"), options), options, done -> {});
    }
}
