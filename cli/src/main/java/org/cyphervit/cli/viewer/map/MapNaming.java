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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.cyphervit.UserError;
import org.cyphervit.cli.report.MapFolder;
import org.cyphervit.cli.report.MappedEncoder;
import org.cyphervit.cli.report.PageNames;
import org.cyphervit.cli.report.Report;
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
 * Gives phenotypes their names wherever they are shown: in the encoder's file, the {@code map.json}, GeoJSON and pages of all
 * maps that the encoder made, and the reports of its run.
 */
public final class MapNaming {
    private static final List<String> GEOJSON = List.of("phenotypes.geojson.gz", "tiles.geojson.gz");
    private static final String FORMER = "former_names";

    private final SharedFolders roots;

    /** @param roots folders whose maps and reports follow */
    public MapNaming(SharedFolders roots) {
        this.roots = roots;
    }

    /** How many have other names than before. */
    public record Reached(int maps, int reports) {}

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
        for (ViewedMap other : ViewedMap.all(roots)) {
            if (other.isOfSameEncoder(map)) {
                apply(other, names.names());
                renamed++;
            }
        }
        boolean kept = !map.encoderPlace().isEmpty() && save(map, names);
        if (kept) {
            reports(Path.of(map.encoderPlace()), names.names());
        }
        return Map.of("names", names.names(), "maps", renamed, "encoder", kept);
    }

    /**
     * The names of an encoder reach all maps that it made and all reports of its run.
     *
     * @param encoder a run's folder or a file, as a map remembers it
     */
    public Reached follow(Path encoder, List<String> names) throws IOException {
        int renamed = 0;
        String fingerprint = MappedEncoder.fingerprint(encoder);
        for (ViewedMap map : ViewedMap.all(roots)) {
            if (map.isBy(encoder, fingerprint) && map.names().size() == names.size()) {
                renamed += apply(map, names) ? 1 : 0;
            }
        }
        return new Reached(renamed, reports(encoder, names));
    }

    // That of the run itself, also where it lies elsewhere, and those in the folders that show it beside others.
    private int reports(Path run, List<String> names) throws IOException {
        if (!Files.isDirectory(run)) {
            return 0;
        }
        Set<Path> pages = new LinkedHashSet<>(roots.find(path -> path.endsWith(Report.NAME)));
        Path own = run.resolve(Report.NAME);
        if (Files.exists(own)) {
            pages.add(own.toRealPath());
        }
        int renamed = 0;
        for (Path page : pages) {
            renamed += PageNames.renameRun(page, run.toRealPath(), names) ? 1 : 0;
        }
        return renamed;
    }

    // Only an encoder that lies in the viewer's folders, and made the map, is written to.
    private boolean save(ViewedMap map, PhenotypeNames names) throws IOException {
        Path encoder = Path.of(map.encoderPlace());
        if (!Files.exists(encoder)
                || !roots.contains(encoder)
                || !map.isBy(encoder, MappedEncoder.fingerprint(encoder))) {
            return false;
        }
        names.save(encoder);
        return true;
    }

    /** A map, its outlines and its page get names; false if they have them. */
    public static boolean apply(ViewedMap map, List<String> names) throws IOException {
        List<String> old = map.names();
        if (old.equals(names)) {
            return false;
        }
        for (String file : GEOJSON) {
            Path path = map.folder().resolve(file);
            if (Files.exists(path)) {
                rewrite(path, old, names);
            }
        }
        Path page = map.folder().resolve(MapFolder.REPORT);
        if (Files.exists(page)) {
            PageNames.renameMap(page, names);
        }
        ObjectNode about = (ObjectNode) map.about().deepCopy();
        int token = 0;
        for (var layer : (ArrayNode) about.path("layers")) {
            if (layer.path("file").asString("").startsWith("token-")) {
                ((ObjectNode) layer).put("name", names.get(token++));
            }
        }
        Set<String> former = new LinkedHashSet<>(old); // what QuPath's script removes of an earlier import
        about.path(FORMER).forEach(name -> former.add(name.asString("")));
        names.forEach(former::remove);
        former.forEach(about.putArray(FORMER)::add);
        AtomicFiles.write(
                map.folder().resolve(MapFolder.ABOUT), about.toPrettyString() + "\n"); // last: it is the truth
        return true;
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
