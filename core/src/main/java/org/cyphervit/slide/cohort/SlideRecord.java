package org.cyphervit.slide.cohort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.cyphervit.file.AtomicFiles;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is remembered of a slide that is done; its presence says that all files of the slide are there.
 *
 * @param version of this layout
 * @param slide name
 * @param label class, or empty
 * @param file that was read
 * @param bytes of that file
 * @param options that the tiles were cut by, and how they were written
 * @param reader who read it
 * @param calibration what was known of the scale
 * @param mpp microns per pixel of level 0, if known
 * @param givenMpp the same, if the slide did not say it and the user did
 * @param tileMpp microns per pixel of the tiles, if known
 * @param width of level 0, pixels
 * @param height of level 0, pixels
 * @param threshold least saturation of tissue, 0 to 1
 * @param tissue share of the scanned area, 0 to 1
 * @param kept tiles
 * @param rejected tiles by reason
 * @param files written, copies included; 0 if only places were
 * @param seconds it took
 */
public record SlideRecord(
        int version,
        String slide,
        String label,
        String file,
        long bytes,
        String options,
        String reader,
        String calibration,
        @Nullable Double mpp,
        @Nullable Double givenMpp,
        @Nullable Double tileMpp,
        long width,
        long height,
        double threshold,
        double tissue,
        int kept,
        Map<String, Integer> rejected,
        int files,
        double seconds) {
    static final int VERSION = 1;

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    void write(Path path) throws IOException {
        AtomicFiles.write(path, JSON.writeValueAsString(this) + "\n");
    }

    /** A record, if there is a whole one of this version. */
    static Optional<SlideRecord> read(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            return Optional.empty();
        }
        try {
            SlideRecord read = JSON.readValue(Files.readString(path), SlideRecord.class);
            return read.version == VERSION ? Optional.of(read) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty(); // not ours, or hurt: the slide is done again
        }
    }
}
