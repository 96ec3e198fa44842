package org.cyphervit.slide.cohort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.cyphervit.UserError;
import org.cyphervit.slide.PyramidLevel;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideFacts;
import org.cyphervit.slide.SlideReader;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a slide before anything is cut from it, and what will be a problem.
 *
 * @param slide name
 * @param file that was opened
 * @param format empty, as all that follows, if it cannot be opened
 * @param reader who reads it
 * @param width of level 0, pixels
 * @param height of level 0, pixels
 * @param downsamples of the levels, the first being 1
 * @param mpp microns per pixel of level 0; null if nobody said it
 * @param objective magnification of the lens; null if the file does not say it
 * @param scanner empty if the file does not say it
 * @param stain empty if the file does not say it
 * @param readable whether it could be opened and a sample of its pixels decoded
 * @param problems in sentences
 */
public record SlideInfo(
        String slide,
        String file,
        String format,
        String reader,
        long width,
        long height,
        List<Double> downsamples,
        @Nullable Double mpp,
        @Nullable Double objective,
        String scanner,
        String stain,
        boolean readable,
        List<String> problems) {
    /** Names of {@link #cells}. */
    public static final List<String> COLUMNS = List.of(
            "slide",
            "format",
            "width",
            "height",
            "levels",
            "mpp",
            "objective",
            "scanner",
            "stain",
            "reader",
            "problems",
            "file");

    /** Without smaller levels, a larger slide is slow to see from far; pixels of a side. */
    private static final long LARGE = 20_000;

    /** Side of the samples, pixels. */
    private static final int SAMPLE = 64;

    /** Objectives and microns go together as 10 / magnification; a factor beyond this is a mistake of one of the two. */
    private static final double FACTOR = 1.6;

    /**
     * Opens a slide and samples its pixels.
     *
     * @param mpp microns per pixel of slides that do not say it
     */
    public static SlideInfo of(SlideSource source, SlideReader reader, OptionalDouble mpp) {
        List<String> problems = new ArrayList<>();
        if (isEmpty(source.address().file())) {
            return unreadable(source, List.of("the file is empty"));
        }
        try (Slide slide = Slide.open(source.file(), reader, mpp)) {
            boolean readable = sample(slide, problems);
            SlideFacts facts = slide.facts();
            Double objective =
                    facts.objective().isPresent() ? (Double) facts.objective().getAsDouble() : null;
            if (!slide.isCalibrated()) {
                problems.add("no scale: " + slide.calibration());
            } else if (objective != null && isOdd(objective * slide.mpp() / 10)) {
                problems.add(String.format(
                        Locale.ROOT,
                        "%.4g um per pixel do not go with an objective of %.4g x",
                        slide.mpp(),
                        objective));
            }
            if (slide.levels().size() == 1 && Math.max(slide.width(), slide.height()) > LARGE) {
                problems.add("no smaller levels: slow to see from far");
            }
            return new SlideInfo(
                    source.name(),
                    source.file().toString(),
                    facts.format(),
                    slide.reader(),
                    slide.width(),
                    slide.height(),
                    slide.levels().stream().map(PyramidLevel::downsample).toList(),
                    slide.isCalibrated() ? (Double) slide.mpp() : null,
                    objective,
                    facts.scanner().orElse(""),
                    facts.stain().orElse(""),
                    readable,
                    problems);
        } catch (UserError e) {
            return unreadable(source, List.of(String.valueOf(e.getMessage())));
        }
    }

    private static SlideInfo unreadable(SlideSource source, List<String> problems) {
        return new SlideInfo(
                source.name(), source.file().toString(), "", "", 0, 0, List.of(), null, null, "", "", false, problems);
    }

    private static boolean isEmpty(Path file) {
        try {
            return Files.isRegularFile(file) && Files.size(file) == 0;
        } catch (IOException e) {
            return false; // opening will tell
        }
    }

    private static boolean isOdd(double factor) {
        return factor > FACTOR || factor < 1 / FACTOR;
    }

    // The middle and the lower right corner of each level: what was cut or damaged shows there.
    private static boolean sample(Slide slide, List<String> problems) {
        for (int i = 0; i < slide.levels().size(); i++) {
            PyramidLevel level = slide.levels().get(i);
            try {
                slide.readLevel(i, level.width() / 2, level.height() / 2, SAMPLE, SAMPLE);
                slide.readLevel(i, level.width() - SAMPLE, level.height() - SAMPLE, SAMPLE, SAMPLE);
            } catch (UserError e) {
                problems.add("level " + i + " cannot be read: " + e.getMessage());
                return false;
            }
        }
        return true;
    }

    /** As a row of a table; what is not known is empty. */
    public List<String> cells() {
        return List.of(
                slide,
                format,
                readable || width > 0 ? String.valueOf(width) : "",
                readable || width > 0 ? String.valueOf(height) : "",
                downsamples.stream()
                        .map(d -> String.format(Locale.ROOT, "%.4g", d))
                        .collect(Collectors.joining(" ")),
                mpp == null ? "" : String.format(Locale.ROOT, "%.4g", mpp),
                objective == null ? "" : String.format(Locale.ROOT, "%.4g", objective),
                scanner,
                stain,
                reader,
                String.join("; ", problems),
                file);
    }
}
