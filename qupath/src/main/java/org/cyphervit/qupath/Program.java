package org.cyphervit.qupath;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The program that does the work, as a child process.
 *
 * @param launcher its file, {@code cyphervit} or {@code cyphervit.bat}
 */
record Program(Path launcher) {
    private static final int LINES_KEPT = 12;
    private static final boolean WINDOWS = File.separatorChar == '\\';

    /** What went wrong, in the program's own words. */
    static final class FailedException extends Exception {
        private static final long serialVersionUID = 1;

        FailedException(String message) {
            super(message);
        }
    }

    /** Where the environment says it is: {@code CYPHERVIT}, else the path; empty where neither has it. */
    static Optional<Path> find(@Nullable String named, @Nullable String path) {
        if (named != null && !named.isBlank()) {
            return Optional.of(Path.of(named)).filter(Files::isExecutable);
        }
        return Stream.of((path == null ? "" : path).split(File.pathSeparator, -1))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder, WINDOWS ? "cyphervit.bat" : "cyphervit"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The words that map one image: what the user would type. */
    static List<String> mapping(Path image, Path out, @Nullable Path encoder, double mpp) {
        List<String> words = new ArrayList<>(List.of("map", image.toString(), "--out", out.toString()));
        if (encoder != null) {
            words.addAll(List.of("--encoder", encoder.toString()));
        }
        if (mpp > 0) {
            words.addAll(List.of("--mpp", Double.toString(mpp)));
        }
        return words;
    }

    /**
     * Runs a command to its end; an interruption ends the command.
     *
     * @param said hears each line of progress
     * @throws FailedException if it cannot start or ends with an error; the message is what it said last
     */
    void run(List<String> words, Consumer<String> said) throws FailedException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(words);
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new FailedException("'" + launcher + "' cannot be started: " + e.getMessage());
        }
        Deque<String> last = new ArrayDeque<>();
        Thread reader = Thread.ofVirtual().start(() -> read(process, last, said));
        try {
            int code = process.waitFor();
            reader.join();
            if (code != 0) {
                throw new FailedException(
                        last.isEmpty() ? "It ended with code " + code + "." : String.join("\n", last));
            }
        } finally {
            process.destroy();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    private static void read(Process process, Deque<String> last, Consumer<String> said) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    last.addLast(line);
                    if (last.size() > LINES_KEPT) {
                        last.removeFirst();
                    }
                    said.accept(line);
                }
            }
        } catch (IOException e) {
            // The pipe breaks when the command is ended; what it said until then is kept.
        }
    }

    /** The files with objects of the map that {@code map} left in a folder, sorted: areas, and tiles with their measurements. */
    static List<Path> objects(Path out) {
        try (Stream<Path> files = Files.walk(out, 3)) {
            return files.filter(file -> file.getFileName().toString().matches("(phenotypes|tiles)\\.geojson(\\.gz)?"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
