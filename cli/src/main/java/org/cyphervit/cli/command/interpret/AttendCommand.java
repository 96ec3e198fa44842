package org.cyphervit.cli.command.interpret;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import org.cyphervit.UserError;
import org.cyphervit.augment.Views;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderBox;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.Tell;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.TileOptions;
import org.cyphervit.data.ExampleTiles;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.Unreadable;
import org.cyphervit.file.Writing;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.interpret.ContactSheet;
import org.cyphervit.interpret.Overlays;
import org.cyphervit.interpret.PhenotypeMaps;
import org.cyphervit.interpret.PhenotypeNames;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "attend",
        description = {
            "Show which pixels each final token holds: a contact sheet, and for each image its token maps and segmentation.",
            "CypherViT: roll-out of its assignments. ViT: attention of the last block's heads."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class AttendCommand implements Callable<Integer> {
    @Parameters(paramLabel = "IMAGE|FOLDER", description = "An image of any size, or a folder of tiles.")
    private Path input = Path.of(".");

    @Option(
            names = "--encoder",
            paramLabel = "RUN",
            defaultValue = EncoderBox.NAME,
            description =
                    "A run's folder, an encoder file, or the name of an imported encoder. Default: the encoder that comes"
                            + " with this program.")
    private Path encoder = Path.of(".");

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where the pictures go.")
    private Path out = Path.of(".");

    @Option(
            names = "--scale",
            defaultValue = "0",
            description =
                    "Size the image's shorter side is brought to, pixels. Default: by --mpp the encoder's scale; without it the"
                            + " encoder's size for tiles, the image's own above 512 pixels.")
    private int scale;

    @Option(
            names = "--mpp",
            paramLabel = "UM",
            description =
                    "Microns per pixel of the images: they are shown at the scale that the encoder was trained at.")
    private @Nullable Double mpp;

    @Option(names = "--shifts", defaultValue = "4", description = "Maps finer than patches, by so much. Default: 4.")
    private int shifts;

    @Option(names = "--count", defaultValue = "8", description = "Tiles of a folder, class by class. Default: 8.")
    private int count;

    @Option(names = "--device", defaultValue = "cpu", description = "Default: cpu.")
    private String device = "cpu";

    @Mixin
    private TileOptions tiles = new TileOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    private final Unreadable unreadable = new Unreadable();

    @Override
    public Integer call() throws Exception {
        Device where = Scope.keep(Engine.device(device));
        Backbone backbone = EncoderFile.read(encoder, where);
        PhenotypeNames names = PhenotypeNames.of(backbone.config(), EncoderFile.notes(encoder));
        String what = backbone.config().maps().noun();
        List<ContactSheet.Row> rows = new ArrayList<>();
        List<double[]> areas = new ArrayList<>();
        int tokens = 0;
        Writing.folder(out);
        for (Named named : images(backbone)) {
            PhenotypeMaps maps = PhenotypeMaps.of(backbone, named.image, shifts, where);
            tokens = maps.tokens();
            areas.add(maps.areas());
            rows.add(ContactSheet.row(named.name, maps));
            for (int k = 0; k < tokens; k++) {
                ImageFiles.writePng(out.resolve(named.name + "-" + what + (k + 1) + ".png"), Overlays.token(maps, k));
            }
            ImageFiles.writePng(out.resolve(named.name + "-segmentation.png"), Overlays.segmentation(maps));
        }
        Path sheet = out.resolve("sheet.png");
        int cell = rows.size() == 1 ? 360 : 168;
        ImageFiles.writePng(sheet, ContactSheet.draw(ContactSheet.titles(names), rows, cell, names.names()));
        System.err.printf("%d image(s), %d %ss; look at %s%n", rows.size(), tokens, what, sheet);
        json.put("sheet", sheet.toString())
                .put("tokens", tokens)
                .put("names", names.names())
                .put("areas", areas)
                .put("unreadable", unreadable.names())
                .print();
        return 0;
    }

    private record Named(String name, RgbImage image) {}

    private List<Named> images(Backbone backbone) throws IOException {
        if (Files.isRegularFile(input)) {
            RgbImage image = ImageFiles.read(input);
            int shorter = Math.min(image.width(), image.height());
            int side = scale > 0 ? scale : mpp != null ? atEncodersScale(backbone, shorter, mpp) : 0;
            if (side == 0 && shorter <= 512) {
                side = backbone.imageSize();
            } else if (side == 0) {
                System.err.println(
                        "The image is shown in its own pixels, which may not be the encoder's scale; give --mpp,"
                                + " its microns per pixel.");
            }
            return List.of(new Named(stem(input.toString()), side == 0 ? image : Views.scaled(image, side)));
        }
        TileSource source = tiles.open(input.toString());
        int n = Math.min(count, source.size());
        if (n < 1) {
            throw new UserError("--count must be at least 1; got " + count + ".");
        }
        List<Integer> chosen = ExampleTiles.of(source, n);
        List<Named> images = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            int tile = chosen.get(i);
            try {
                RgbImage image = source.read(tile);
                int shorter = Math.min(image.width(), image.height());
                int side = scale > 0
                        ? scale
                        : mpp != null ? atEncodersScale(backbone, shorter, mpp) : backbone.imageSize();
                images.add(new Named(stem(source.name(tile)), Views.whole(image, side)));
            } catch (IOException e) {
                unreadable.add(source.name(tile), e);
            }
        }
        unreadable.requireFew(n);
        Tell.unreadable(unreadable.names());
        return images;
    }

    private int atEncodersScale(Backbone backbone, int shorter, double imageMpp) {
        Double wanted = backbone.spec().micronsPerPixel();
        if (wanted == null) {
            throw new UserError(
                    "The encoder's file does not say how many microns its pixels were, so --mpp does not help."
                            + " Give --scale, or store it: cyphervit encoders set " + encoder + " --tile-microns UM.");
        }
        return Math.max(backbone.config().patch(), Math.toIntExact(Math.round(shorter * imageMpp / wanted)));
    }

    private static String stem(String path) {
        String file = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
        int dot = file.lastIndexOf('.');
        return dot < 0 ? file : file.substring(0, dot);
    }
}
