package org.cyphervit.cli.workbench;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.cli.jobs.JobQueue;
import org.cyphervit.cli.report.MapFolder;
import org.cyphervit.cli.serve.SharedFolders;
import org.cyphervit.cli.serve.SlideFiles;
import org.cyphervit.slide.SlideFormats;
import org.cyphervit.train.Run;
import tools.jackson.databind.JsonNode;

/** Turns what a person chose on the page into command lines. Nothing that the page sends becomes an option or a command. */
final class CommandLines {
    /** What the page offers, in its order. */
    static final List<String> BACKBONES = List.of("cyphervit_nano", "cyphervit_tiny", "cyphervit_small");
    /** What the page offers, in its order. */
    static final List<String> METHODS = List.of("simclr", "dino", "moco");

    private final SharedFolders roots;
    private final Path folder;
    private final ViewedEncoders encoders;
    private final JobQueue queue;

    /** @param folder in which jobs work and to which everything is written */
    CommandLines(SharedFolders roots, Path folder, ViewedEncoders encoders, JobQueue queue) {
        this.roots = roots;
        this.folder = folder;
        this.encoders = encoders;
        this.queue = queue;
    }

    /**
     * A job to be.
     *
     * @param title in words
     * @param command arguments
     * @param resume arguments to go on with
     */
    record Line(String title, List<String> command, List<String> resume) {
        Line(String title, List<String> command) {
            this(title, command, command);
        }
    }

    /** @throws UserError if something that it needs is missing or unknown */
    List<Line> of(JsonNode request) throws IOException {
        String what = request.path("do").asString("");
        return switch (what) {
            case "tile" -> tile(request);
            case "map" -> map(request);
            case "train" -> List.of(train(request));
            case "estimate" -> List.of(estimate(request));
            case "evaluate" -> List.of(evaluate(request));
            case "report" -> List.of(report(request));
            default ->
                throw new UserError("The workbench cannot do '" + what
                        + "'; it can tile, map, estimate, train, evaluate" + " and report.");
        };
    }

    // Slides that do not say their scale go by the scale that was given, those of one scale together.
    private List<Line> tile(JsonNode request) throws IOException {
        Map<String, List<String>> byScale = new LinkedHashMap<>();
        for (Path slide : slides(request)) {
            byScale.computeIfAbsent(scale(slide), key -> new ArrayList<>()).add(argument(folder, slide));
        }
        List<Line> lines = new ArrayList<>();
        byScale.forEach((scale, slides) -> {
            List<String> command = new ArrayList<>(List.of("tile"));
            command.addAll(slides);
            command.addAll(List.of("--out", "tiles"));
            command.addAll(scale.isEmpty() ? List.of() : List.of("--mpp", scale));
            lines.add(new Line("Cut tiles of " + Words.count(slides.size(), "slide"), command));
        });
        return lines;
    }

    private List<Line> map(JsonNode request) throws IOException {
        ViewedEncoders.Choice encoder = encoder(request);
        double microns = request.path("microns").asDouble(0);
        if (!encoder.scaled() && !(microns > 0 && microns < 10_000)) {
            throw new UserError(
                    "How much tissue did the encoder '" + encoder.name() + "' see in a tile? Its file does not"
                            + " say it. Give the side of a tile in microns: 224 pixels at 0.5 microns are 112.");
        }
        String out = "maps/" + plain(encoder.name());
        List<Line> lines = new ArrayList<>();
        for (Path slide : slides(request)) {
            String title = SlideFormats.title(slide);
            if (Files.exists(folder.resolve(out).resolve(stem(title)).resolve(MapFolder.ABOUT))) {
                throw new UserError(
                        "There is a map of '" + title + "' by '" + encoder.name() + "' already. Look at it under"
                                + " Slides, or remove its folder " + out + "/" + stem(title) + " first.");
            }
            List<String> command = new ArrayList<>(
                    List.of("map", argument(folder, slide), "--encoder", encoder.argument(), "--out", out));
            String scale = scale(slide);
            command.addAll(scale.isEmpty() ? List.of() : List.of("--mpp", scale));
            command.addAll(encoder.scaled() ? List.of() : List.of("--tile-microns", number(microns)));
            lines.add(new Line("Map " + title + " with " + encoder.name(), command));
        }
        return lines;
    }

    private Line train(JsonNode request) {
        String name = name(request);
        if (Files.exists(folder.resolve("runs").resolve(name))) {
            throw new UserError("There is a run '" + name + "' already. Choose another name.");
        }
        List<String> command = pretrain(request, name);
        List<String> resume = new ArrayList<>(command);
        resume.add("--resume");
        return new Line("Train " + name, command, resume);
    }

    private Line estimate(JsonNode request) {
        List<String> command = new ArrayList<>(pretrain(request, name(request)));
        command.add("--estimate");
        return new Line("Estimate what it takes to train " + name(request), command);
    }

    private List<String> pretrain(JsonNode request, String name) {
        int epochs = request.path("epochs").asInt(0);
        if (epochs < 1 || epochs > 100_000) {
            throw new UserError("Epochs are a number from 1 to 100000; got " + request.path("epochs") + ".");
        }
        return List.of(
                "pretrain",
                "--data",
                argument(folder, tiles(request)),
                "--out",
                "runs/" + name,
                "--backbone",
                among(BACKBONES, request.path("backbone").asString("")),
                "--method",
                among(METHODS, request.path("method").asString("")),
                "--epochs",
                Integer.toString(epochs));
    }

    private static String name(JsonNode request) {
        String name = request.path("name").asString("");
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,59}")) {
            throw new UserError(
                    "A run's name is made of 1 to 60 letters, digits, dots and dashes; got '" + name + "'.");
        }
        return name;
    }

    private Line evaluate(JsonNode request) throws IOException {
        ViewedEncoders.Choice encoder = encoder(request);
        return new Line(
                "Evaluate " + encoder.name(),
                List.of(
                        "evaluate",
                        "knn",
                        "--encoder",
                        encoder.argument(),
                        "--data",
                        argument(folder, tiles(request))));
    }

    private Line report(JsonNode request) {
        Path run = path(request.path("run").asString(""), "run");
        if (!Files.isRegularFile(run.resolve(Run.RECIPE))) {
            throw new UserError("That is no run: there is no " + Run.RECIPE + " in it.");
        }
        return new Line("Report of " + run.getFileName(), List.of("report", argument(folder, run)));
    }

    private List<Path> slides(JsonNode request) {
        List<Path> slides = new ArrayList<>();
        for (JsonNode id : request.path("slides")) {
            Path slide = path(id.asString(""), "slide");
            if (!SlideFiles.isSlide(slide)) {
                throw new UserError("'" + slide.getFileName() + "' is no slide.");
            }
            slides.add(slide);
        }
        if (slides.isEmpty()) {
            throw new UserError("No slide is chosen. Tick one or more first.");
        }
        return slides;
    }

    private Path tiles(JsonNode request) {
        Path tiles = path(request.path("data").asString(""), "folder of tiles");
        if (!Files.isDirectory(tiles)) {
            throw new UserError("'" + tiles.getFileName() + "' is no folder.");
        }
        return tiles;
    }

    private ViewedEncoders.Choice encoder(JsonNode request) throws IOException {
        String wanted = request.path("encoder").asString("");
        return encoders.choices(folder).stream()
                .filter(choice -> choice.argument().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new UserError("There is no encoder '" + wanted
                        + "'. Train one, or import a released one:" + " cyphervit encoders import NAME FILE."));
    }

    private Path path(String id, String what) {
        return roots.resolve(id).orElseThrow(() -> new UserError("There is no such " + what + " here any more."));
    }

    // What a person gave, as an option; empty where the slide says it itself.
    private String scale(Path slide) throws IOException {
        OptionalDouble given = queue.scale(roots.id(slide));
        return given.isEmpty() ? "" : number(given.getAsDouble());
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private static String among(List<String> known, String value) {
        if (!known.contains(value)) {
            throw new UserError("'" + value + "' is none of " + String.join(", ", known) + ".");
        }
        return value;
    }

    /** A path as an argument: relative to the folder where it lies in it, and never read as an option or a file of options. */
    static String argument(Path folder, Path path) {
        String text =
                path.startsWith(folder) ? folder.relativize(path).toString().replace('\\', '/') : path.toString();
        return text.isEmpty() ? "." : text.startsWith("-") || text.startsWith("@") ? "./" + text : text;
    }

    /** As {@code map} names its folders. */
    private static String stem(String title) {
        int dot = title.lastIndexOf('.');
        return dot > 0 ? title.substring(0, dot) : title;
    }

    private static String plain(String name) {
        return name.replaceAll("[^A-Za-z0-9._-]+", "_").replaceFirst("^[.-]+", "_");
    }
}
