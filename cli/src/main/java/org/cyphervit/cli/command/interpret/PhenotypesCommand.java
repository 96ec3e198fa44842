package org.cyphervit.cli.command.interpret;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderBox;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.command.Outputs;
import org.cyphervit.cli.option.FolderOptions;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.NamedEncoder;
import org.cyphervit.cli.option.TileOptions;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.report.MappedEncoder;
import org.cyphervit.cli.serve.SharedFolders;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.cli.viewer.map.MapNaming;
import org.cyphervit.data.ExampleTiles;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.TileSubset;
import org.cyphervit.file.Writing;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.interpret.ContactSheet;
import org.cyphervit.interpret.PhenotypeNames;
import org.cyphervit.interpret.TokenGallery;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the final tokens of an encoder look at, and what a person calls them. */
@Command(
        name = "phenotypes",
        description = {
            "See what each final token of an encoder looks at, and give it a name.",
            "Names lie in the encoder's file and travel into maps, reports, GeoJSON, model cards and ONNX."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class PhenotypesCommand {
    private static final int CELL = 96;

    private PhenotypesCommand() {}

    @Command(
            name = "name",
            description = "Name a token: cyphervit phenotypes name --encoder runs/mine 2 \"stroma\"",
            mixinStandardHelpOptions = true)
    int name(
            @Option(
                            names = "--encoder",
                            paramLabel = "RUN",
                            description = "A run's folder, an encoder file, or the name of an imported encoder.")
                    @Nullable
                    Path named,
            @Parameters(
                            arity = "2..3",
                            paramLabel = "TOKEN NAME",
                            hideParamSyntax = true,
                            description = "The token's number, from 1, and its name, one line.")
                    List<String> words,
            @Option(
                            names = "--maps",
                            arity = "1..*",
                            paramLabel = "FOLDER",
                            defaultValue = ".",
                            description =
                                    "Maps by the encoder that lie below these folders get the name, too, and so do"
                                            + " reports of its run. Default: the current folder.")
                    List<Path> maps,
            @Mixin JsonOption json)
            throws IOException {
        Path encoder = encoder(named, words);
        int token = number(words.get(words.size() - 2));
        String name = words.getLast();
        SharedFolders folders = new SharedFolders(maps);
        PhenotypeNames names = names(encoder).with(token, name);
        Path place = MappedEncoder.place(encoder);
        if (EncoderBox.holds(place)) {
            throw new UserError("The encoder that comes with the program keeps its names. Copy '" + place
                    + "' to a file of your own, and name the copy's.");
        }
        Path file = names.save(place);
        MapNaming.Reached reached = new MapNaming(folders).follow(place, names.names());
        tell(names, json);
        System.err.println("Written into the encoder's file, " + Words.count(reached.maps(), "map") + " and "
                + Words.count(reached.reports(), "report") + ". Maps in other folders follow with --maps FOLDER.");
        json.put("encoder", file.toString())
                .put("maps", reached.maps())
                .put("reports", reached.reports())
                .print();
        return 0;
    }

    @Command(name = "list", description = "List the tokens' names.", mixinStandardHelpOptions = true)
    int list(@Mixin NamedEncoder named, @Mixin JsonOption json) throws IOException {
        tell(names(named.path()), json);
        json.print();
        return 0;
    }

    @Command(
            name = "gallery",
            description =
                    "Draw what each token looks at: the patches of a data set that it holds most of, at most one of"
                            + " a tile.",
            mixinStandardHelpOptions = true)
    int gallery(
            @Mixin NamedEncoder named,
            @Option(
                            names = "--data",
                            required = true,
                            arity = "1..*",
                            paramLabel = "TILES",
                            description = FolderOptions.PLACES)
                    List<String> data,
            @Option(
                            names = "--out",
                            required = true,
                            paramLabel = "FILE|FOLDER",
                            description = "The picture, .png, or a folder in which it is called gallery.png.")
                    Path out,
            @Option(names = "--count", defaultValue = "12", description = "Patches of each token. Default: 12.")
                    @Within(least = 1, most = 200)
                    int count,
            @Option(
                            names = "--limit",
                            defaultValue = "5000",
                            description = "Look at no more tiles than this, the classes in turn. Default: 5000.")
                    @Within(least = 1, most = 100_000_000)
                    int limit,
            @Option(names = "--device", defaultValue = "cpu", description = "cpu, cuda, cuda:1, ... Default: cpu.")
                    String device,
            @Mixin TileOptions tiles,
            @Mixin JsonOption json)
            throws IOException {
        Path encoder = named.path();
        Path picture = Outputs.file(out, "gallery.png");
        TileSource all = tiles.openAll(data);
        TileSource source = all.size() <= limit ? all : new TileSubset(all, ExampleTiles.of(all, limit));
        Device where = Scope.keep(Engine.device(device));
        try (Backbone backbone = EncoderFile.read(encoder, where)) {
            PhenotypeNames names = PhenotypeNames.of(backbone.config(), EncoderFile.notes(encoder));
            TokenGallery gallery =
                    TokenGallery.of(backbone, source, count, where, new Progress("looking", source.size()));
            Path folder = picture.toAbsolutePath().getParent();
            if (folder != null) {
                Writing.folder(folder);
            }
            ImageFiles.writePng(picture, sheet(gallery, names, source, count));
            System.err.println(
                    "Look at " + picture + ", then: cyphervit phenotypes name --encoder " + encoder + " 1 \"...\"");
            json.put("picture", picture.toString())
                    .put("names", names.names())
                    .put(
                            "shares",
                            gallery.tokens().stream()
                                    .map(TokenGallery.OfToken::share)
                                    .toList())
                    .print();
        }
        return 0;
    }

    private static RgbImage sheet(TokenGallery gallery, PhenotypeNames names, TileSource source, int count)
            throws IOException {
        List<ContactSheet.Row> rows = new ArrayList<>();
        for (int k = 0; k < gallery.tokens().size(); k++) {
            List<RgbImage> crops = new ArrayList<>();
            List<String> captions = new ArrayList<>();
            for (TokenGallery.Patch patch : gallery.tokens().get(k).best()) {
                crops.add(patch.crop(source, CELL));
                captions.add("%.0f %%".formatted(100 * patch.share()));
            }
            rows.add(new ContactSheet.Row(names.names().get(k), crops, captions));
        }
        List<String> titles = new ArrayList<>(java.util.Collections.nCopies(count, ""));
        titles.set(0, "most certain");
        return ContactSheet.draw(titles, rows, CELL, names.names());
    }

    // Until 0.1 the encoder was the first of three words.
    private static Path encoder(@Nullable Path named, List<String> words) {
        if (named != null && words.size() == 2) {
            return named;
        }
        if (named != null || words.size() != 3) {
            throw new UserError(
                    "Name the encoder, a token and what it is called: cyphervit phenotypes name --encoder RUN 2"
                            + " \"stroma\".");
        }
        NamedEncoder.warn();
        return Path.of(words.getFirst());
    }

    private static int number(String word) {
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException e) {
            throw new UserError("A token is named by its number, from 1; got '" + word + "'.", e);
        }
    }

    private static PhenotypeNames names(Path encoder) throws IOException {
        try (Backbone backbone = EncoderFile.read(encoder, new Device("cpu"))) {
            return PhenotypeNames.of(backbone.config(), EncoderFile.notes(encoder));
        }
    }

    private static void tell(PhenotypeNames names, JsonOption json) {
        for (int k = 0; k < names.names().size(); k++) {
            System.err.printf("%3d  %s%n", k + 1, names.names().get(k));
        }
        json.put("names", names.names());
    }
}
