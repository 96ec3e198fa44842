package org.cyphervit.cli.viewer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.cyphervit.UserError;
import org.cyphervit.augment.Views;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.serve.HttpRequest;
import org.cyphervit.cli.serve.HttpResponse;
import org.cyphervit.cli.serve.SharedFolders;
import org.cyphervit.cli.viewer.map.MapNaming;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.interpret.PhenotypeNames;
import org.cyphervit.interpret.TokenGallery;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The tiles of runs: made ready one run at a time, when first asked for; the last few are kept. */
final class ViewedTiles implements AutoCloseable {
    private static final int KEPT = 3;

    private final SharedFolders roots;
    private final int most;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("viewer-tiles").factory());
    private final Map<Key, Work> works = new LinkedHashMap<>();

    private record Key(Path run, long modified) {}

    private static final class Work {
        private volatile @Nullable TileIndex index;
        private volatile @Nullable String fault;
        private volatile int done;
        private volatile int total;
    }

    ViewedTiles(SharedFolders roots, int most) {
        this.roots = roots;
        this.most = most;
    }

    /** The map of a run's tiles, or how far it is. */
    HttpResponse map(HttpRequest query) throws IOException {
        Optional<Path> run = run(query);
        if (run.isEmpty()) {
            return HttpResponse.notFound();
        }
        Work work = work(run.get());
        TileIndex index = work.index;
        if (index != null) {
            return HttpResponse.json(index.json());
        }
        String fault = work.fault;
        return fault != null
                ? HttpResponse.error(409, fault)
                : HttpResponse.working("looking at the tiles", work.done, work.total);
    }

    /** A tile as JPEG, its centre scaled to a size. */
    HttpResponse tile(HttpRequest query) throws IOException {
        TileIndex index = ready(query);
        if (index == null) {
            return HttpResponse.notFound();
        }
        RgbImage image =
                index.tiles().read(query.number("tile", 0, index.tiles().size() - 1));
        int side = Math.min(query.number("size", 16, 1024, 224), Math.min(image.width(), image.height()));
        return HttpResponse.picture("image/jpeg", ImageFiles.jpeg(Views.whole(image, side), 88));
    }

    /** A patch that a token holds much of, in its surroundings, as JPEG. */
    HttpResponse patch(HttpRequest query) throws IOException {
        TileIndex index = ready(query);
        if (index == null) {
            return HttpResponse.notFound();
        }
        List<TokenGallery.Patch> best = index.gallery()
                .tokens()
                .get(query.number("token", 1, index.gallery().tokens().size()) - 1)
                .best();
        TokenGallery.Patch patch = best.get(query.number("rank", 0, best.size() - 1));
        return HttpResponse.picture("image/jpeg", ImageFiles.jpeg(patch.crop(index.tiles(), 96), 88));
    }

    /** The tiles most alike to one. */
    HttpResponse similar(HttpRequest query) throws IOException {
        TileIndex index = ready(query);
        return index == null
                ? HttpResponse.notFound()
                : HttpResponse.json(index.similar(
                        query.number("tile", 0, index.tiles().size() - 1), query.number("count", 1, 200, 24)));
    }

    /** Names a token: {@code {"token": 2, "name": "stroma"}}; the name is written into the encoder's file. */
    HttpResponse name(HttpRequest query) throws IOException {
        Optional<Path> run = run(query);
        TileIndex index = ready(query);
        if (run.isEmpty() || index == null) {
            return HttpResponse.notFound();
        }
        if (index.heads()) {
            throw new UserError("A vision transformer's heads are no phenotypes; only CypherViT's tokens take names.");
        }
        JsonNode wish = ConfigTree.parse(new String(query.body(), StandardCharsets.UTF_8));
        PhenotypeNames names = index.names()
                .with(wish.path("token").asInt(0), wish.path("name").asString(""));
        synchronized (works) {
            names.save(run.get());
            new MapNaming(roots).follow(run.get(), names.names());
            Work renamed = new Work();
            renamed.index = index.with(names);
            works.put(key(run.get()), renamed);
        }
        return HttpResponse.json(Map.of("names", names.names()));
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }

    private Optional<Path> run(HttpRequest query) {
        return roots.resolve(query.text("id")).filter(path -> Files.isRegularFile(path.resolve(EncoderFile.NAME)));
    }

    private static Key key(Path run) throws IOException {
        return new Key(
                run, Files.getLastModifiedTime(run.resolve(EncoderFile.NAME)).toMillis());
    }

    private @Nullable TileIndex ready(HttpRequest query) throws IOException {
        Optional<Path> run = run(query);
        if (run.isEmpty()) {
            return null;
        }
        synchronized (works) {
            Work work = works.get(key(run.get()));
            return work == null ? null : work.index;
        }
    }

    // A run that trains on gets a new encoder, and with it a new map.
    private Work work(Path run) throws IOException {
        Key key = key(run);
        synchronized (works) {
            Work known = works.get(key);
            if (known != null) {
                return known;
            }
            Work work = new Work();
            works.put(key, work);
            while (works.size() > KEPT) {
                works.remove(works.keySet().iterator().next());
            }
            worker.execute(() -> build(run, work));
            return work;
        }
    }

    private void build(Path run, Work work) {
        try {
            work.index = TileIndex.build(run, roots, most, (done, total) -> {
                work.done = done;
                work.total = total;
            });
        } catch (UserError | IOException e) {
            work.fault = String.valueOf(e.getMessage());
        } catch (RuntimeException e) {
            System.err.println("viewer: " + run + ": " + e);
            work.fault = "The tiles could not be looked at: " + e.getClass().getSimpleName();
        }
    }
}
