package org.cyphervit.export.slide;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.cyphervit.file.Writing;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A GeoJSON file that QuPath (0.5 on) imports by dropping it on the open slide, written object by object in constant memory.
 * Coordinates given are level-0 pixels of the whole slide file; those written are QuPath's, which counts from the corner
 * of the scanned bounds where the file names them.
 *
 * <pre>{@code
 * try (GeoJsonFile file = GeoJsonFile.create(path, boundsX, boundsY)) {
 *     file.tile("tile 1", x, y, side, side, stroma, Map.of("token 1", 0.7));
 *     file.finish();
 * }
 * }</pre>
 */
public final class GeoJsonFile implements AutoCloseable {
    private final Path file;
    private final Path part;
    private final long boundsX;
    private final long boundsY;
    private final JsonGenerator json;
    private long count;
    private double right = Double.POSITIVE_INFINITY;
    private double bottom = Double.POSITIVE_INFINITY;
    private boolean finished;

    private GeoJsonFile(Path file, Path part, long boundsX, long boundsY, JsonGenerator json) {
        this.file = file;
        this.part = part;
        this.boundsX = boundsX;
        this.boundsY = boundsY;
        this.json = json;
    }

    /**
     * Begins a file.
     *
     * @param file ending in {@code .geojson}, or {@code .geojson.gz} to be compressed (ten times smaller)
     * @param boundsX left edge of the scanned bounds ({@code openslide.bounds-x}) if QuPath crops to them, which it does
     *     when the bounds are smaller than the slide both ways; else 0
     * @param boundsY upper edge, likewise
     */
    public static GeoJsonFile create(Path file, long boundsX, long boundsY) throws IOException {
        Path part = file.toAbsolutePath().resolveSibling(file.getFileName() + ".part");
        OutputStream bytes = Writing.stream(part);
        OutputStream stream = file.toString().endsWith(".gz") ? new GZIPOutputStream(bytes, 1 << 16) : bytes;
        JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), stream);
        json.writeStartObject();
        json.writeStringProperty("type", "FeatureCollection");
        json.writeArrayPropertyStart("features");
        return new GeoJsonFile(file, part, boundsX, boundsY, json);
    }

    /**
     * Keeps what is added inside the slide: a map's pixels at the right and lower edge may reach beyond it.
     *
     * @param right edge, level-0 pixels
     * @param bottom edge, level-0 pixels
     */
    public void limit(double right, double bottom) {
        this.right = right;
        this.bottom = bottom;
    }

    /**
     * Adds a tile, which QuPath shows without an outline of its own and can colour by a measurement.
     *
     * @param x left edge, level-0 pixels
     * @param y upper edge, level-0 pixels
     * @param width level-0 pixels
     * @param height level-0 pixels
     * @param phenotype its class, or null
     * @param measurements by name; numbers that are not finite are left out, which QuPath shows as missing
     */
    public void tile(
            String name,
            long x,
            long y,
            long width,
            long height,
            @Nullable PhenotypeClass phenotype,
            Map<String, Double> measurements) {
        begin("Polygon");
        json.writeStartArray();
        json.writeStartArray();
        position(x, y);
        position(x + width, y);
        position(x + width, y + height);
        position(x, y + height);
        position(x, y);
        json.writeEndArray();
        json.writeEndArray();
        end("tile", name, phenotype, measurements);
    }

    /**
     * Adds an annotation with the outline of a region of a label map.
     *
     * @param x of the map's left edge, level-0 pixels
     * @param y of its upper edge, level-0 pixels
     * @param scale level-0 pixels per pixel of the map
     */
    public void annotation(
            String name,
            LabelPolygon region,
            double x,
            double y,
            double scale,
            @Nullable PhenotypeClass phenotype,
            Map<String, Double> measurements) {
        begin("Polygon");
        json.writeStartArray();
        for (int[] ring : region.rings()) {
            json.writeStartArray();
            for (int i = 0; i <= ring.length; i += 2) { // closed: the first corner again
                position(x + scale * ring[i % ring.length], y + scale * ring[i % ring.length + 1]);
            }
            json.writeEndArray();
        }
        json.writeEndArray();
        end("annotation", name, phenotype, measurements);
    }

    /**
     * Adds an annotation for each region of a label map.
     *
     * @param labels row by row; below 0 is background
     * @param classes of the labels, in their order
     * @param smallest regions of fewer pixels are left out
     * @return how many were added
     */
    public int annotations(
            byte[] labels,
            int width,
            int height,
            double x,
            double y,
            double scale,
            List<PhenotypeClass> classes,
            long smallest) {
        int added = 0;
        for (LabelPolygon region : LabelPolygon.trace(labels, width, height)) {
            if (region.area() >= smallest) {
                PhenotypeClass phenotype = classes.get(region.label());
                annotation(phenotype.name(), region, x, y, scale, phenotype, Map.of());
                added++;
            }
        }
        return added;
    }

    /** Number of objects so far. */
    public long count() {
        return count;
    }

    /** Ends the file and puts it in its place; without this, closing leaves nothing. */
    public void finish() throws IOException {
        json.writeEndArray();
        json.writeEndObject();
        json.close();
        finished = true;
        Writing.of(
                file,
                () -> Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING));
    }

    @Override
    public void close() throws IOException {
        if (!finished) {
            try {
                json.close();
            } finally {
                Files.deleteIfExists(part);
            }
        }
    }

    private void begin(String type) {
        json.writeStartObject();
        json.writeStringProperty("type", "Feature");
        String id = String.valueOf(file.getFileName()) + '#' + count++;
        json.writeStringProperty(
                "id",
                UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)).toString());
        json.writeObjectPropertyStart("geometry");
        json.writeStringProperty("type", type);
        json.writeName("coordinates");
    }

    private void end(
            String objectType, String name, @Nullable PhenotypeClass phenotype, Map<String, Double> measurements) {
        json.writeEndObject();
        json.writeObjectPropertyStart("properties");
        json.writeStringProperty("objectType", objectType);
        json.writeStringProperty("name", name);
        if (phenotype != null) {
            json.writeObjectPropertyStart("classification");
            json.writeStringProperty("name", phenotype.name());
            json.writeArrayPropertyStart("color");
            json.writeNumber(phenotype.color().getRed());
            json.writeNumber(phenotype.color().getGreen());
            json.writeNumber(phenotype.color().getBlue());
            json.writeEndArray();
            json.writeEndObject();
        }
        if (!measurements.isEmpty()) {
            json.writeObjectPropertyStart("measurements");
            new TreeMap<>(measurements).forEach((key, value) -> { // by name, or a file had another order each time
                if (Double.isFinite(value)) {
                    json.writeNumberProperty(key, value);
                }
            });
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void position(double x, double y) {
        json.writeStartArray();
        number(Math.min(x, right) - boundsX);
        number(Math.min(y, bottom) - boundsY);
        json.writeEndArray();
    }

    private void number(double value) {
        if (value == Math.rint(value)) {
            json.writeNumber((long) value);
        } else {
            json.writeNumber(value);
        }
    }
}
