package org.cyphervit.cli.workbench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cyphervit.UserError;
import org.cyphervit.cli.jobs.Job;
import org.cyphervit.cli.jobs.JobProgress;
import org.cyphervit.cli.jobs.JobQueue;
import org.cyphervit.cli.jobs.JobState;
import org.cyphervit.cli.serve.HttpRequest;
import org.cyphervit.cli.serve.HttpResponse;
import org.cyphervit.cli.serve.SharedFolders;
import org.cyphervit.cli.serve.SlideFiles;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.train.Run;

/** What can be done in the first of the viewer's folders: slides are taken in, command lines are run one after another. */
public final class Workbench implements AutoCloseable {
    private static final int LINES = 300;
    private static final int FEWEST_TILES = 8;
    private static final int LOOKED_AT = 200;

    private final SharedFolders roots;
    private final Path folder;
    private final JobQueue queue;
    private final ViewedEncoders encoders;
    private final CommandLines lines;
    private final Uploads uploads;

    private Workbench(SharedFolders roots, Path folder, JobQueue queue) {
        this.roots = roots;
        this.folder = folder;
        this.queue = queue;
        this.encoders = new ViewedEncoders(roots);
        this.lines = new CommandLines(roots, folder, encoders, queue);
        this.uploads = new Uploads(roots, folder.resolve("slides"));
    }

    /** @throws UserError if the folder cannot be written, or another server works in it */
    public static Workbench open(SharedFolders roots, Path folder) throws IOException {
        return new Workbench(roots, folder, JobQueue.open(folder));
    }

    /** What there is to choose from: encoders, folders of tiles, runs. */
    public HttpResponse choices(HttpRequest query) throws IOException {
        List<Map<String, Object>> runs = new ArrayList<>();
        for (Path recipe : roots.find(file -> file.endsWith(Run.RECIPE))) {
            Path run = recipe.getParent();
            if (run != null) {
                runs.add(Map.of("id", roots.id(run), "name", CommandLines.argument(folder, run)));
            }
        }
        return HttpResponse.json(Map.of(
                "folder",
                folder.toString(),
                "encoders",
                encoders.choices(folder).stream()
                        .map(ViewedEncoders.Choice::json)
                        .toList(),
                "tiles",
                tiles(),
                "runs",
                runs));
    }

    /** All jobs, the newest first. */
    public HttpResponse jobs(HttpRequest query) throws IOException {
        List<Map<String, Object>> jobs = new ArrayList<>();
        for (Job job : queue.all().reversed()) {
            jobs.add(json(job));
        }
        return HttpResponse.json(jobs);
    }

    /** The end of what a job said. */
    public HttpResponse log(HttpRequest query) throws IOException {
        return HttpResponse.json(Map.of("lines", queue.log(job(query), LINES)));
    }

    /** Puts what a person chose into the queue. */
    public HttpResponse start(HttpRequest query) throws IOException {
        List<Long> ids = new ArrayList<>();
        for (CommandLines.Line line : lines.of(query.json())) {
            ids.add(queue.add(line.title(), line.command(), line.resume()).id());
        }
        return HttpResponse.json(Map.of("jobs", ids));
    }

    public HttpResponse cancel(HttpRequest query) throws IOException {
        queue.cancel(job(query));
        return jobs(query);
    }

    public HttpResponse resume(HttpRequest query) throws IOException {
        queue.resume(job(query));
        return jobs(query);
    }

    public HttpResponse remove(HttpRequest query) throws IOException {
        queue.remove(job(query));
        return jobs(query);
    }

    public HttpResponse upload(HttpRequest query) throws IOException {
        return uploads.part(query);
    }

    /** Keeps the microns per pixel of a slide that does not say them. */
    public HttpResponse scale(HttpRequest query) throws IOException {
        Path slide = roots.resolve(query.text("id"))
                .orElseThrow(() -> new UserError("There is no such slide here any more."));
        double mpp = query.json().path("mpp").asDouble(0);
        if (!(mpp >= 0.01 && mpp <= 100)) {
            throw new UserError("Microns per pixel are a number from 0.01 to 100, about 0.25 at 40x and 0.5 at 20x.");
        }
        queue.scale(roots.id(slide), mpp);
        return HttpResponse.json(Map.of("mpp", mpp));
    }

    public JobQueue queue() {
        return queue;
    }

    @Override
    public void close() throws IOException {
        queue.close();
    }

    private Map<String, Object> json(Job job) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", job.id());
        json.put("title", job.title());
        json.put("line", job.line());
        json.put("state", job.state().key());
        json.put("resumable", job.state().isOver());
        json.put("created", job.created());
        json.put("started", job.started());
        json.put("ended", job.ended());
        if (job.state() == JobState.RUNNING) {
            JobProgress progress = queue.progress(job.id());
            json.put("done", progress.done());
            json.put("total", progress.total());
            json.put("eta", progress.eta());
        }
        if (job.state() != JobState.WAITING) {
            List<String> said = queue.log(job.id(), 1);
            json.put("last", said.isEmpty() ? "" : said.getFirst());
        }
        return json;
    }

    private static long job(HttpRequest query) {
        return query.size("job");
    }

    // Folders, at most two deep, that hold pictures, or folders of pictures, smaller than slides.
    private List<Map<String, Object>> tiles() throws IOException {
        List<Map<String, Object>> found = new ArrayList<>();
        for (Path root : roots.all()) {
            for (Path child : folders(root)) {
                for (Path place : holdsTiles(child) ? List.of(child) : folders(child)) {
                    if (holdsTiles(place)) {
                        found.add(Map.of("id", roots.id(place), "name", CommandLines.argument(folder, place)));
                    }
                }
            }
        }
        return found;
    }

    private static boolean holdsTiles(Path place) throws IOException {
        if (Files.exists(place.resolve("manifest.csv"))) {
            return false; // what 'tile' made: its tiles lie in a folder of it, beside pictures of the slides
        }
        int tiles = tilesIn(place);
        for (Path inner : folders(place)) {
            tiles += tiles < FEWEST_TILES ? tilesIn(inner) : 0;
        }
        return tiles >= FEWEST_TILES;
    }

    private static int tilesIn(Path place) throws IOException {
        int tiles = 0;
        int seen = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(place)) {
            for (Path file : files) {
                if (++seen > LOOKED_AT || tiles >= FEWEST_TILES) {
                    break;
                }
                tiles += ImageFiles.isImage(file) && !SlideFiles.isSlide(file) ? 1 : 0;
            }
        }
        return tiles;
    }

    private static List<Path> folders(Path place) throws IOException {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(place)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                boolean shown = !name.startsWith(".") && !name.endsWith("_files") && folders.size() < LOOKED_AT;
                if (shown && Files.isDirectory(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
                    folders.add(file);
                }
            }
        }
        folders.sort(null);
        return folders;
    }
}
