package org.cyphervit.cli.viewer.map;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cyphervit.UserError;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.cli.report.MapFolder;
import org.cyphervit.cli.report.MappedEncoder;
import org.cyphervit.cli.serve.SharedFolders;
import org.cyphervit.interpret.map.Pyramid;
import tools.jackson.databind.JsonNode;

/**
 * A phenotype map as its {@code map.json} describes it.
 *
 * @param folder it lies in
 * @param about its {@code map.json}
 */
public record ViewedMap(Path folder, JsonNode about) {
    public static ViewedMap read(Path folder) throws IOException {
        return new ViewedMap(folder, ConfigTree.parse(Files.readString(folder.resolve(MapFolder.ABOUT))));
    }

    /** Every map in the folders that can be read. */
    public static List<ViewedMap> all(SharedFolders folders) throws IOException {
        List<ViewedMap> maps = new ArrayList<>();
        for (Path file : folders.find(path -> path.endsWith(MapFolder.ABOUT))) {
            Path folder = file.getParent();
            if (folder != null) {
                try {
                    maps.add(read(folder));
                } catch (UserError e) {
                    System.err.println(file + " is passed over: " + e.getMessage());
                }
            }
        }
        return maps;
    }

    /** The file name of its slide. */
    public String slide() {
        return about.path("slide").asString("");
    }

    public String encoder() {
        return about.path("encoder").asString("");
    }

    /** Where the encoder lay; empty in maps of earlier versions. */
    public String encoderPlace() {
        return about.path("encoder_place").asString("");
    }

    /** Names of the tokens, without the layer of the strongest. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        for (JsonNode layer : about.path("layers")) {
            if (layer.path("file").asString("").startsWith("token-")) {
                names.add(layer.path("name").asString(""));
            }
        }
        return names;
    }

    /** Pixels of the finest level. */
    public int width() {
        return about.path("width").asInt(0);
    }

    public int height() {
        return about.path("height").asInt(0);
    }

    /** Level-0 pixels of the slide per pixel of the finest level. */
    public double scale() {
        return about.path("scale").asDouble(1);
    }

    /** Its left edge, level-0 pixels. */
    public double x() {
        return about.path("x").asDouble(0);
    }

    public double y() {
        return about.path("y").asDouble(0);
    }

    /** Microns per level-0 pixel as the map was made; NaN in maps of earlier versions. */
    public double slideMpp() {
        return about.path("slide_mpp").asDouble(Double.NaN);
    }

    /** The number of the finest level, as in Deep Zoom: level 0 is one pixel. */
    public int finest() {
        return 32 - Integer.numberOfLeadingZeros(Math.max(width(), height()) - 1);
    }

    /** Whether it was made by the same encoder, so that features and names mean the same. */
    public boolean isOfSameEncoder(ViewedMap other) {
        boolean placesTell = !encoderPlace().isEmpty() && !other.encoderPlace().isEmpty();
        boolean same = placesTell
                ? encoderPlace().equals(other.encoderPlace())
                : encoder().equals(other.encoder());
        return same
                && weights().equals(other.weights())
                && names().size() == other.names().size();
    }

    /**
     * Whether an encoder that lies somewhere now made it. A run that was trained on has another at the same place.
     *
     * @param place as {@link MappedEncoder#place} says it
     * @param fingerprint as {@link MappedEncoder#fingerprint} says it
     */
    boolean isBy(Path place, String fingerprint) {
        return encoderPlace().equals(place.toString()) && weights().equals("encoder " + fingerprint);
    }

    // What its settings begin with.
    private String weights() {
        String settings = about.path("settings").asString("");
        return settings.substring(0, Math.max(0, settings.indexOf(';')));
    }

    static int tile() {
        return Pyramid.TILE;
    }
}
