package org.cyphervit.cli.viewer.map;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.cyphervit.UserError;
import org.cyphervit.cli.report.MapFolder;
import org.cyphervit.cli.serve.SharedFolders;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.interpret.PhenotypeNames;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gives a phenotype its name wherever it is shown: the encoder's file, and the {@code map.json} and GeoJSON of all maps that
 * the encoder made. A map's {@code report.html} keeps the names of the day it was made.
 */
public final class MapNaming {
    private static final List<String> GEOJSON = List.of("phenotypes.geojson.gz", "tiles.geojson.gz");

    private final SharedFolders roots;
    private final List<ViewedMap> maps;

    /** @param maps all that may have to follow */
    public MapNaming(SharedFolders roots, List<ViewedMap> maps) {
        this.roots = roots;
        this.maps = maps;
    }

    /**
     * Names a token of a map's encoder.
     *
     * @param token from 1
     * @return the names, how many maps have them, and whether the encoder's file has
     * @throws UserError if there is no such token, or the name is not one
     */
    public Map<String, Object> name(ViewedMap map, int token, String name) throws IOException {
        PhenotypeNames names = new PhenotypeNames(map.names()).with(token, name);
        int renamed = 0;
        for (ViewedMap other : maps) {
            if (other.isOfSameEncoder(map)) {
                apply(other, names.names());
                renamed++;
            }
        }
        boolean kept = !map.encoderPlace().isEmpty() && save(Path.of(map.encoderPlace()), names);
        return Map.of("names", names.names(), "maps", renamed, "encoder", kept);
    }

    /** The names of an encoder reach all maps that it made. */
    public int follow(Path encoder, PhenotypeNames names) throws IOException {
        int renamed = 0;
        for (ViewedMap map : maps) {
            if (map.encoderPlace().equals(encoder.toString())
                    && map.names().size() == names.names().size()) {
                apply(map, names.names());
                renamed++;
            }
        }
        return renamed;
    }

    // Only an encoder that lies in the viewer's folders is written to.
    private boolean save(Path encoder, PhenotypeNames names) throws IOException {
        if (!Files.exists(encoder) || !roots.contains(encoder)) {
            return false;
        }
        names.save(encoder);
        return true;
    }

    private static void apply(ViewedMap map, List<String> names) throws IOException {
        List<String> old = map.names();
        if (old.equals(names)) {
            return;
        }
        for (String file : GEOJSON) {
            Path path = map.folder().resolve(file);
            if (Files.exists(path)) {
                rewrite(path, old, names);
            }
        }
        ObjectNode about = (ObjectNode) map.about().deepCopy();
        int token = 0;
        for (var layer : (ArrayNode) about.path("layers")) {
            if (layer.path("file").asString("").startsWith("token-")) {
                ((ObjectNode) layer).put("name", names.get(token++));
            }
        }
        AtomicFiles.write(
                map.folder().resolve(MapFolder.ABOUT), about.toPrettyString() + "\n"); // last: it is the truth
    }

    // In what this program writes, a name is the value of a 'name' or the key of a measurement, and nothing else.
    private static void rewrite(Path file, List<String> old, List<String> names) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        JsonFactory json = new JsonFactory();
        List<String> within = new ArrayList<>();
        String property = "";
        try (InputStream in = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(file)), 1 << 16);
                JsonParser parser = json.createParser(ObjectReadContext.empty(), in);
                OutputStream out =
                        new GZIPOutputStream(new BufferedOutputStream(Files.newOutputStream(part), 1 << 16), 1 << 16);
                JsonGenerator generator = json.createGenerator(ObjectWriteContext.empty(), out)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.PROPERTY_NAME) {
                    property = parser.currentName();
                    boolean measured = !within.isEmpty() && within.getLast().equals("measurements");
                    generator.writeName(measured ? changed(property, old, names) : property);
                } else if (token == JsonToken.VALUE_STRING && property.equals("name")) {
                    generator.writeString(changed(parser.getString(), old, names));
                } else {
                    if (token == JsonToken.START_OBJECT) {
                        within.add(property);
                    } else if (token == JsonToken.END_OBJECT) {
                        within.removeLast();
                    }
                    generator.copyCurrentEvent(parser);
                }
            }
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String changed(String name, List<String> old, List<String> names) {
        int token = old.indexOf(name);
        return token < 0 ? name : names.get(token);
    }
}
