package org.cyphervit.cli.command.interpret;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderBox;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.option.FolderOptions;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.TileOptions;
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
            description = "Name a token: cyphervit phenotypes name runs/mine 2 \"stroma\"",
            mixinStandardHelpOptions = true)
    int name(
            @Parameters(
                            paramLabel = "ENCODER",
                            description = "A run's folder, an encoder file, or the name of an imported encoder.")
                    Path encoder,
            @Parameters(paramLabel = "TOKEN", description = "Its number, from 1.") int token,
            @Parameters(paramLabel = "NAME", description = "One line.") String name,
            @Option(
                            names = "--maps",
                            arity = "1..*",
                            paramLabel = "FOLDER",
                            defaultValue = ".",
                            description = "Maps by the encoder that lie below these folders get the name, too, and so do"
                                    + " reports of its run. Default: the current folder.")
                    List<Path> maps,
            @Mixin JsonOption json)
            throws IOException {
        SharedFolders folders = new SharedFolders(maps);
        PhenotypeNames names = names(encoder).with(token, name);
        Path place = MappedEncoder.place(encoder);
        if (EncoderBox.isThere() && place.equals(EncoderBox.file().toRealPath())) {
            throw new UserError("The encoder that comes with the program keeps its names. Copy '" + place
                    + "' to a file of your own, and name the copy's.");
        }
        Path file = names.save(place);
        MapNaming.Reached reached = new MapNaming(folders).follow(place, names.names());
        tell(names, json);
        System.err.println("Written into the encoder's file, " + count(reached.maps(), "map") + " and "
                + count(reached.reports(), "report") + ". Maps in other folders follow with --maps FOLDER.");
        json.put("encoder", file.toString())
                .put("maps", reached.maps())
                .put("reports", reached.reports())
                .print();
        return 0;
    }

    @Command(name = "list", description = "List the tokens' names.", mixinStandardHelpOptions = true)
    int list(
            @Parameters(
                            paramLabel = "ENCODER",
                            description = "A run's folder, an encoder file, or the name of an imported encoder.")
                    Path encoder,
            @Mixin JsonOption json)
            throws IOException {
        tell(names(encoder), json);
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
            @Parameters(
                            paramLabel = "ENCODER",
                            description = "A run's folder, an encoder file, or the name of an imported encoder.")
                    Path encoder,
            @Option(
                            names = "--data",
                            required = true,
                            arity = "1..*",
                            paramLabel = "TILES",
                            description = FolderOptions.PLACES)
                    List<String> data,
            @Option(names = "--out", required = true, paramLabel = "PNG", description = "The picture.") Path out,
            @Option(names = "--count", defaultValue = "12", description = "Patches of each token. Default: 12.")
                    int count,
            @Option(
                            names = "--limit",
                            defaultValue = "5000",
                            description = "Look at no more tiles than this, the classes in turn. Default: 5000.")
                    int limit,
            @Option(names = "--device", defaultValue = "cpu", description = "cpu, cuda, cuda:1, ... Default: cpu.")
                    String device,
            @Mixin TileOptions tiles,
            @Mixin JsonOption json)
            throws IOException {
        TileSource all = tiles.openAll(data);
        TileSource source = all.size() <= limit ? all : new TileSubset(all, ExampleTiles.of(all, limit));
        Device where = Scope.keep(Engine.device(device));
        try (Backbone backbone = EncoderFile.read(encoder, where)) {
            PhenotypeNames names = PhenotypeNames.of(backbone.config(), EncoderFile.notes(encoder));
            TokenGallery gallery =
                    TokenGallery.of(backbone, source, count, where, new Progress("looking", source.size()));
            Path folder = out.toAbsolutePath().getParent();
            if (folder != null) {
                Writing.folder(folder);
            }
            ImageFiles.writePng(out, sheet(gallery, names, source, count));
            System.err.println("Look at " + out + ", then: cyphervit phenotypes name " + encoder + " 1 \"...\"");
            json.put("picture", out.toString())
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

    private static PhenotypeNames names(Path encoder) throws IOException {
        try (Backbone backbone = EncoderFile.read(encoder, new Device("cpu"))) {
            return PhenotypeNames.of(backbone.config(), EncoderFile.notes(encoder));
        }
    }

    private static String count(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private static void tell(PhenotypeNames names, JsonOption json) {
        for (int k = 0; k < names.names().size(); k++) {
            System.err.printf("%3d  %s%n", k + 1, names.names().get(k));
        }
        json.put("names", names.names());
    }
}
