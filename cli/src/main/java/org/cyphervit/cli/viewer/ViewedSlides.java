package org.cyphervit.cli.viewer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.cyphervit.cli.serve.HttpRequest;
import org.cyphervit.cli.serve.HttpResponse;
import org.cyphervit.cli.serve.SharedFolders;
import org.cyphervit.cli.serve.SlideFiles;
import org.cyphervit.cli.viewer.map.ViewedMap;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.PlaneAxis;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideAddress;
import org.cyphervit.slide.SlideFormats;

/** Slides and images of the viewer's folders as pyramids that are cut while one looks, and the phenotype maps made of them. */
final class ViewedSlides implements AutoCloseable {
    private static final int TILE = 256;
    private static final int OPEN = 8;
    private static final int THUMBNAIL = 360;

    private final SharedFolders roots;
    private final ViewedMaps maps;
    private final Scales scales;
    private final OpenSlides open = new OpenSlides(OPEN, Slide::open);

    /** Microns per pixel that a person gave for a slide that does not say them. */
    interface Scales {
        OptionalDouble of(String id) throws IOException;
    }

    ViewedSlides(SharedFolders roots, ViewedMaps maps, Scales scales) {
        this.roots = roots;
        this.maps = maps;
        this.scales = scales;
    }

    /** Every slide and larger image: id, name, bytes, whether there are maps of it. Tiles of data sets are left out. */
    HttpResponse list() throws IOException {
        Set<String> mapped = maps.all().stream().map(ViewedMap::slide).collect(Collectors.toSet());
        List<Map<String, Object>> slides = new ArrayList<>();
        for (Path file : files()) {
            String name = SlideFormats.title(file);
            slides.add(Map.of(
                    "id",
                    roots.id(file),
                    "name",
                    name,
                    "bytes",
                    Files.isDirectory(file) ? 0 : Files.size(file),
                    "maps",
                    mapped.contains(name)));
        }
        return HttpResponse.json(slides);
    }

    /** The slides by the name that maps know them by. */
    Map<String, Path> byName() throws IOException {
        Map<String, Path> names = new LinkedHashMap<>();
        for (Path file : files()) {
            names.putIfAbsent(SlideFormats.title(file), file);
        }
        return names;
    }

    String id(Path slide) {
        return roots.id(slide);
    }

    private List<Path> files() throws IOException {
        return roots.find(SlideFiles::isSlide, SlideFiles::isOfTiles);
    }

    /** A slide: its format, size, scale, and the maps of it with their layers. */
    HttpResponse about(HttpRequest query) throws IOException {
        Optional<Path> file = file(query);
        if (file.isEmpty()) {
            return HttpResponse.notFound();
        }
        String name = SlideFormats.title(file.get());
        OptionalDouble given = scales.of(roots.id(SlideAddress.of(file.get()).file()));
        List<Map<String, Object>> found = maps.of(name);
        return open.with(file.get(), slide -> {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("id", query.text("id"));
            json.put("name", name);
            json.put("format", slide.facts().format());
            json.put("planes", PlaneAxis.of(slide));
            OptionalDouble objective = slide.facts().objective();
            json.put("objective", objective.isPresent() ? (Double) objective.getAsDouble() : null);
            json.put("width", slide.width());
            json.put("height", slide.height());
            json.put("tile", TILE);
            OptionalDouble mpp = slide.isCalibrated() ? OptionalDouble.of(slide.mpp()) : given;
            json.put("mpp", mpp.isPresent() ? (Double) mpp.getAsDouble() : null);
            json.put("mpp_given", !slide.isCalibrated() && given.isPresent());
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
                : open.with(file.get(), slide -> {
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
                : open.with(file.get(), slide -> {
                    double downsample = Math.max(slide.width(), slide.height()) / (double) THUMBNAIL;
                    int w = (int) Math.max(1, Math.round(slide.width() / downsample));
                    int h = (int) Math.max(1, Math.round(slide.height() / downsample));
                    return picture(slide.read(0, 0, downsample, w, h));
                });
    }

    /** A square of a slide as JPEG: what lies at a place that was found. */
    HttpResponse region(HttpRequest query) throws IOException {
        Optional<Path> file = file(query);
        int side = query.number("side", 1, 1 << 20);
        int size = query.number("size", 16, 512, 128);
        return file.isEmpty()
                ? HttpResponse.notFound()
                : open.with(
                        file.get(),
                        slide -> picture(slide.read(
                                query.real("x"), query.real("y"), Math.max(side / (double) size, 1e-3), size, size)));
    }

    @Override
    public void close() {
        open.close();
    }

    // An id may end with the plane to look at, as paths do.
    private Optional<Path> file(HttpRequest query) {
        String id = query.text("id");
        Optional<Path> whole = roots.resolve(id);
        if (whole.isPresent() || id.indexOf('#') < 0 || id.indexOf('\0') >= 0) {
            return whole.filter(SlideFiles::isSlide);
        }
        SlideAddress address = SlideAddress.of(Path.of(id));
        return roots.resolve(address.file().toString().replace('\\', '/'))
                .filter(SlideFiles::isSlide)
                .map(address::in);
    }

    private static HttpResponse picture(RgbImage image) {
        return HttpResponse.picture("image/jpeg", ImageFiles.jpeg(image, 85));
    }
}
