package org.cyphervit.cli.viewer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.cyphervit.UserError;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.cli.report.MapFolder;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideFormats;
import tools.jackson.databind.JsonNode;

/** Slides and images of the viewer's folders as pyramids that are cut while one looks, and the phenotype maps made of them. */
final class ViewedSlides implements AutoCloseable {
    private static final int TILE = 256;
    private static final int OPEN = 8;
    private static final int THUMBNAIL = 360;

    private final SharedFolders roots;
    private final Map<Key, Opened> open = new LinkedHashMap<>(8, 0.75f, true);

    ViewedSlides(SharedFolders roots) {
        this.roots = roots;
    }

    /** Every slide and larger image: id, name, whether there are maps of it. Tiles of data sets are left out by their size. */
    HttpResponse list() throws IOException {
        Set<String> mapped = new java.util.HashSet<>();
        for (JsonNode map : maps().values()) {
            mapped.add(map.path("slide").asString(""));
        }
        List<Map<String, Object>> slides = new ArrayList<>();
        for (Path file : roots.find(ViewedSlides::isLarge)) {
            String name = SlideFormats.title(file);
            slides.add(Map.of("id", roots.id(file), "name", name, "maps", mapped.contains(name)));
        }
        return HttpResponse.json(slides);
    }

    /** A slide: its size, scale, and the maps of it with their layers. */
    HttpResponse about(HttpRequest query) throws IOException {
        Optional<Path> file = file(query);
        if (file.isEmpty()) {
            return HttpResponse.notFound();
        }
        String name = SlideFormats.title(file.get());
        List<Map<String, Object>> found = new ArrayList<>();
        for (Map.Entry<Path, JsonNode> map : maps().entrySet()) {
            if (map.getValue().path("slide").asString("").equals(name)) {
                Map<String, Object> entry = new LinkedHashMap<>();
                map.getValue().properties().forEach(property -> entry.put(property.getKey(), property.getValue()));
                entry.put("id", roots.id(map.getKey()));
                entry.put("report", Files.exists(map.getKey().resolve(MapFolder.REPORT)));
                found.add(entry);
            }
        }
        return with(file.get(), slide -> {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("id", query.text("id"));
            json.put("name", name);
            json.put("width", slide.width());
            json.put("height", slide.height());
            json.put("tile", TILE);
            json.put("mpp", slide.isCalibrated() ? slide.mpp() : null);
            json.put("maps", found);
            return HttpResponse.json(json);
        });
    }

    /** A tile of a slide as JPEG: level 0 is one pixel, each further one twice as large. */
    HttpResponse tile(HttpRequest query) throws IOException {
        Optional<Path> file = file(query);
        int level = query.number("level", 0, 40);
        int column = query.number("x", 0, 1 << 20);
        int row = query.number("y", 0, 1 << 20);
        return file.isEmpty()
                ? HttpResponse.notFound()
                : with(file.get(), slide -> {
                    int finest = 64 - Long.numberOfLeadingZeros(Math.max(slide.width(), slide.height()) - 1);
                    double downsample = Math.scalb(1.0, finest - level);
                    double x = column * TILE * downsample;
                    double y = row * TILE * downsample;
                    if (level > finest || x >= slide.width() || y >= slide.height()) {
                        return HttpResponse.notFound();
                    }
                    int w = (int) Math.clamp(Math.ceil((slide.width() - x) / downsample), 1, TILE);
                    int h = (int) Math.clamp(Math.ceil((slide.height() - y) / downsample), 1, TILE);
                    return picture(slide.read(x, y, downsample, w, h));
                });
    }

    /** A slide as a small JPEG. */
    HttpResponse thumbnail(HttpRequest query) throws IOException {
        Optional<Path> file = file(query);
        return file.isEmpty()
                ? HttpResponse.notFound()
                : with(file.get(), slide -> {
                    double downsample = Math.max(slide.width(), slide.height()) / (double) THUMBNAIL;
                    int w = (int) Math.max(1, Math.round(slide.width() / downsample));
                    int h = (int) Math.max(1, Math.round(slide.height() / downsample));
                    return picture(slide.read(0, 0, downsample, w, h));
                });
    }

    /** A tile of a layer of a map, PNG; where nothing is, nothing was written. */
    HttpResponse layer(HttpRequest query) throws IOException {
        Optional<Path> map =
                roots.resolve(query.text("id")).filter(path -> Files.isRegularFile(path.resolve(MapFolder.ABOUT)));
        String layer = query.text("layer");
        if (map.isEmpty() || !layer.matches("[a-z0-9-]{1,40}")) {
            return HttpResponse.notFound();
        }
        String tile = String.format(
                Locale.ROOT,
                "%s_files/%d/%d_%d.png",
                layer,
                query.number("level", 0, 40),
                query.number("x", 0, 1 << 20),
                query.number("y", 0, 1 << 20));
        Optional<Path> file = roots.resolve(roots.id(map.get()) + "/" + tile).filter(Files::isRegularFile);
        return file.isEmpty()
                ? HttpResponse.notFound()
                : HttpResponse.picture("image/png", Files.readAllBytes(file.get()));
    }

    @Override
    public void close() {
        synchronized (open) {
            open.values().forEach(opened -> opened.slide.close());
            open.clear();
        }
    }

    private interface Look {
        HttpResponse at(Slide slide) throws IOException;
    }

    // A file that is replaced is another slide.
    private record Key(Path file, long modified, long size) {
        static Key of(Path file) throws IOException {
            return new Key(file, Files.getLastModifiedTime(file).toMillis(), Files.size(file));
        }
    }

    private static final class Opened {
        private final Slide slide;
        private int readers;

        Opened(Slide slide) {
            this.slide = slide;
        }
    }

    // The last few stay open; one that is being read is not closed.
    private HttpResponse with(Path file, Look look) throws IOException {
        Opened opened;
        Key key = Key.of(file);
        synchronized (open) {
            Opened known = open.get(key);
            opened = known == null ? new Opened(Slide.open(file)) : known;
            open.put(key, opened);
            opened.readers++;
            Iterator<Opened> oldest = open.values().iterator();
            while (open.size() > OPEN && oldest.hasNext()) {
                Opened candidate = oldest.next();
                if (candidate.readers == 0) {
                    candidate.slide.close();
                    oldest.remove();
                }
            }
        }
        try {
            return look.at(opened.slide);
        } finally {
            synchronized (open) {
                opened.readers--;
            }
        }
    }

    private Optional<Path> file(HttpRequest query) {
        return roots.resolve(query.text("id")).filter(ViewedSlides::isLarge);
    }

    private Map<Path, JsonNode> maps() throws IOException {
        Map<Path, JsonNode> maps = new LinkedHashMap<>();
        for (Path file : roots.find(path -> path.endsWith(MapFolder.ABOUT))) {
            Path folder = file.getParent();
            if (folder != null) {
                try {
                    maps.put(folder, ConfigTree.parse(Files.readString(file)));
                } catch (UserError e) {
                    System.err.println("viewer: " + file + ": " + e.getMessage());
                }
            }
        }
        return maps;
    }

    // Slides by their name, images by their size: the tiles of a data set are no slides.
    private static boolean isLarge(Path file) {
        if (Files.isDirectory(file)) {
            return SlideFormats.isSlideFolder(file);
        }
        if (SlideFormats.isSlideName(file) || SlideFormats.isFirstOfSeries(file)) {
            return Files.isRegularFile(file);
        }
        try {
            int[] size = ImageFiles.isImage(file) ? ImageFiles.size(file) : null;
            return size != null
                    && Math.max(size[0], size[1]) >= 600
                    && (long) size[0] * size[1] <= ImageFiles.MAX_PIXELS;
        } catch (IOException e) {
            return false;
        }
    }

    private static HttpResponse picture(RgbImage image) {
        return HttpResponse.picture("image/jpeg", ImageFiles.jpeg(image, 85));
    }
}
