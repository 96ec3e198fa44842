package org.cyphervit.slide.dicom;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.cyphervit.UserError;
import org.cyphervit.slide.codec.SegmentedImage;

/**
 * A slide as DICOM keeps it: a series, whose files lie in one folder, each a level (or a part of one), a label or an overview.
 */
public final class DicomSeries implements AutoCloseable {
    private static final String WHOLE_SLIDE = "1.2.840.10008.5.1.4.1.1.77.1.6";

    private final Path path;
    private final List<DicomInstance> volumes;

    private DicomSeries(Path path, List<DicomInstance> volumes) {
        this.path = path;
        this.volumes = volumes;
    }

    /** Whether a file can be DICOM by its name (which may have no ending) and is by its first bytes. */
    public static boolean isDicom(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        boolean named =
                name.endsWith(".dcm") || name.endsWith(".dicom") || name.indexOf('.') < 0 || name.matches("[0-9.]+");
        return named && Files.isRegularFile(file) && DicomInstance.isDicom(file);
    }

    /**
     * The slides of a folder, one for each series: a file of each, by the number of the series; files that are no whole
     * slides or cannot be read are left out.
     */
    public static List<Path> find(Path folder) throws IOException {
        Map<String, Path> series = new TreeMap<>();
        for (Path file : files(folder)) {
            try {
                DicomItem set = DicomInstance.glance(file);
                if (isVolume(set)) {
                    series.merge(set.text(Tags.SERIES).orElse(""), file, (a, b) -> a.compareTo(b) < 0 ? a : b);
                }
            } catch (UserError e) {
                series.putIfAbsent("broken " + file, file); // to be told of when it is opened
            }
        }
        return series.values().stream().sorted().toList();
    }

    /**
     * Opens a series.
     *
     * @param path of one of its files, or of a folder that holds no other series of slides
     * @throws UserError if there is none, or it is broken
     */
    public static DicomSeries open(Path path) {
        try {
            boolean folder = Files.isDirectory(path);
            if (folder) {
                List<Path> found = find(path);
                if (found.size() != 1) {
                    throw new UserError("The folder '" + path + "' holds " + found.size() + " DICOM slides"
                            + (found.isEmpty() ? "" : ": " + found) + ". Name a file of the one that is meant.");
                }
                return open(found.getFirst());
            }
            DicomItem named = DicomInstance.glance(path);
            if (!named.text(Tags.SOP_CLASS).orElse("").equals(WHOLE_SLIDE)) {
                throw new UserError("'" + path + "' is a DICOM file, but no whole slide (its class is "
                        + named.text(Tags.SOP_CLASS).orElse("not told") + "). Name one of a slide.");
            }
            return new DicomSeries(path, volumes(path, named.text(Tags.SERIES).orElse("")));
        } catch (IOException e) {
            throw new UserError("'" + path + "' cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private static List<DicomInstance> volumes(Path path, String series) throws IOException {
        List<DicomInstance> volumes = new ArrayList<>();
        boolean whole = false;
        try {
            Path folder = path.toAbsolutePath().getParent();
            for (Path file : folder == null ? List.<Path>of() : files(folder)) {
                if (belongs(file, path, series)) {
                    volumes.add(DicomInstance.open(file));
                }
            }
            if (volumes.isEmpty()) {
                throw new UserError("The series of '" + path
                        + "' holds no level of a slide, only labels or overviews. Name the folder of a whole series.");
            }
            whole = true;
            return volumes;
        } finally {
            if (!whole) {
                volumes.forEach(DicomInstance::close);
            }
        }
    }

    // A broken file beside a good one is passed over; a broken one that was named is told.
    private static boolean belongs(Path file, Path named, String series) throws IOException {
        try {
            DicomItem set = DicomInstance.glance(file);
            return isVolume(set) && set.text(Tags.SERIES).orElse("").equals(series);
        } catch (UserError e) {
            if (Files.isSameFile(file, named)) {
                throw e;
            }
            return false;
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, DicomSeries::isDicom)) {
            entries.forEach(files::add);
        }
        files.sort(Comparator.naturalOrder());
        return files;
    }

    private static boolean isVolume(DicomItem set) {
        List<String> type = set.texts(Tags.IMAGE_TYPE);
        return set.text(Tags.SOP_CLASS).orElse("").equals(WHOLE_SLIDE)
                && type.size() > 2
                && type.get(2).equals("VOLUME");
    }

    /** Why the series cannot be read; nothing if it can. */
    public Optional<String> obstacle() {
        return volumes.stream()
                .map(DicomImage::obstacle)
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** The levels, from fine to coarse; of two that have the same size the first counts. */
    public List<SegmentedImage> levels() {
        Map<String, List<DicomInstance>> wholes = new LinkedHashMap<>();
        for (DicomInstance part : volumes) {
            String whole =
                    part.dataSet().text(Tags.CONCATENATION).orElse(part.path().toString());
            wholes.computeIfAbsent(whole, key -> new ArrayList<>()).add(part);
        }
        Map<List<Long>, SegmentedImage> sizes = new LinkedHashMap<>();
        for (List<DicomInstance> parts : wholes.values()) {
            parts.sort(Comparator.comparingLong(part -> part.dataSet().integer(Tags.FRAME_OFFSET, 0)));
            DicomImage image = new DicomImage(parts);
            sizes.putIfAbsent(List.of(image.width(), image.height()), image);
        }
        List<SegmentedImage> levels = new ArrayList<>(sizes.values());
        levels.sort(Comparator.comparingLong(SegmentedImage::width).reversed());
        return levels;
    }

    /** Millimetres between the pixels of the finest level, across and down; empty if the series does not say it. */
    public Optional<double[]> spacing() {
        DicomItem set = finest();
        for (DicomItem measures : set.items(Tags.SHARED_GROUPS, Tags.PIXEL_MEASURES)) {
            OptionalDouble down = measures.decimal(Tags.PIXEL_SPACING, 0);
            OptionalDouble across = measures.decimal(Tags.PIXEL_SPACING, 1);
            if (down.isPresent() && across.isPresent()) {
                return Optional.of(new double[] {across.getAsDouble(), down.getAsDouble()});
            }
        }
        OptionalDouble width = set.real(Tags.VOLUME_WIDTH);
        OptionalDouble height = set.real(Tags.VOLUME_HEIGHT);
        return width.isPresent() && height.isPresent()
                ? Optional.of(new double[] {
                    width.getAsDouble() / set.integer(Tags.TOTAL_COLUMNS, 1),
                    height.getAsDouble() / set.integer(Tags.TOTAL_ROWS, 1)
                })
                : Optional.empty();
    }

    /** Magnification of the lens. */
    public OptionalDouble objective() {
        return finest().items(Tags.OPTICAL_PATHS).stream()
                .map(path -> path.decimal(Tags.OBJECTIVE_POWER, 0))
                .filter(OptionalDouble::isPresent)
                .findFirst()
                .orElse(OptionalDouble.empty());
    }

    /** Maker and model. */
    public Optional<String> scanner() {
        Optional<String> maker = finest().text(Tags.MANUFACTURER);
        Optional<String> model = finest().text(Tags.MODEL);
        return maker.isPresent()
                ? maker.map(name -> model.map(m -> name + " " + m).orElse(name))
                : model;
    }

    /** Substances that the specimen was stained with. */
    public Optional<String> stain() {
        List<String> stains = new ArrayList<>();
        for (DicomItem step : finest().items(Tags.SPECIMENS, Tags.PREPARATION, Tags.PREPARATION_STEP)) {
            boolean substance = step.items(Tags.CONCEPT_NAME).stream()
                    .anyMatch(name -> name.text(Tags.CODE_MEANING).orElse("").equalsIgnoreCase("Using substance"));
            for (DicomItem code : substance ? step.items(Tags.CONCEPT_CODE) : List.<DicomItem>of()) {
                code.text(Tags.CODE_MEANING)
                        .filter(text -> !stains.contains(text))
                        .ifPresent(stains::add);
            }
        }
        return stains.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", stains));
    }

    /** Focal planes of the finest level. */
    public long focalPlanes() {
        return Math.max(1, finest().integer(Tags.FOCAL_PLANES, 1));
    }

    private DicomItem finest() {
        return volumes.stream()
                .max(Comparator.comparingLong(part -> part.dataSet().integer(Tags.TOTAL_COLUMNS, 0)))
                .orElseThrow()
                .dataSet();
    }

    /** What was opened. */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        volumes.forEach(DicomInstance::close);
    }
}
