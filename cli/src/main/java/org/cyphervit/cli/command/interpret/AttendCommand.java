package org.cyphervit.cli.command.interpret;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import org.cyphervit.Ranges;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.augment.Views;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.Tell;
import org.cyphervit.cli.option.DeviceOption;
import org.cyphervit.cli.option.EncoderOption;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.TileOptions;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.data.ExampleTiles;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.Unreadable;
import org.cyphervit.data.sets.TileLocation;
import org.cyphervit.file.Writing;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.interpret.ContactSheet;
import org.cyphervit.interpret.Overlays;
import org.cyphervit.interpret.PatchColors;
import org.cyphervit.interpret.PhenotypeMaps;
import org.cyphervit.interpret.PhenotypeNames;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideReader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "attend",
        description = {
            "Show which pixels each final token holds: a contact sheet, and for each image its token maps and segmentation.",
            "CypherViT: roll-out of its assignments. ViT: attention of the last block's heads; with 'encoders cluster', its"
                    + " clusters. Beside them patch features as colours (three principal components of all images together)."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class AttendCommand implements Callable<Integer> {
    /** An image of unknown scale is shown so many of the encoder's images wide at most: larger ones take minutes. */
    public static final int MOST_WINDOWS = 4;

    @Parameters(
            arity = "1..*",
            paramLabel = "IMAGE|TILES",
            description = "Images of any size, or folders of tiles as for --data elsewhere.")
    private List<Path> inputs = List.of();

    @Mixin
    private EncoderOption encoder = new EncoderOption();

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where the pictures go.")
    private Path out = Path.of(".");

    @Option(
            names = "--scale",
            defaultValue = "0",
            description =
                    "Size the image's shorter side is brought to, pixels. Default: the encoder's scale where that of the image is known (by"
                            + " its file, the manifest of its tiles, or --mpp); else the encoder's size for tiles, and for larger"
                            + " images their own pixels up to four of the encoder's images.")
    @Within(most = Ranges.LARGEST_SIDE)
    private int scale;

    @Option(
            names = "--mpp",
            paramLabel = "UM",
            description =
                    "Microns per pixel of the images: they are shown at the scale that the encoder was trained at.")
    @Within(least = 0.02, most = 100)
    private @Nullable Double mpp;

    @Option(
            names = "--shifts",
            defaultValue = "4",
            description =
                    "How many times finer than the patches the maps are; the time grows with its square. Default: 4.")
    @Within(least = 1, most = 1024)
    private int shifts;

    @Option(names = "--count", defaultValue = "8", description = "Tiles of a folder, class by class. Default: 8.")
    @Within(least = 1, most = 100_000)
    private int count;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Mixin
    private TileOptions tiles = new TileOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    private final Unreadable unreadable = new Unreadable();

    @Override
    public Integer call() throws Exception {
        Device where = device.open();
        try (Backbone backbone = EncoderFile.read(encoder.path(), where)) {
            return attend(backbone, where);
        }
    }

    private int attend(Backbone backbone, Device where) throws IOException {
        PhenotypeNames names = PhenotypeNames.of(backbone.config(), EncoderFile.notes(encoder.path()));
        String what = backbone.config().maps().noun();
        List<ContactSheet.Row> rows = new ArrayList<>();
        List<double[]> areas = new ArrayList<>();
        List<double[]> means = new ArrayList<>();
        int tokens = 0;
        Writing.folder(out);
        List<Named> images = new ArrayList<>();
        for (Path input : inputs) {
            images.addAll(images(input, backbone));
        }
        Tell.unreadable(unreadable.names());
        requireDistinct(images);
        Progress progress = new Progress("images", images.size());
        for (Named named : images) {
            PhenotypeMaps maps = PhenotypeMaps.of(backbone, named.image, shifts, where);
            tokens = maps.tokens();
            areas.add(maps.areas());
            means.add(maps.means());
            rows.add(ContactSheet.row(named.name, maps));
            for (int k = 0; k < tokens; k++) {
                ImageFiles.writePng(out.resolve(named.name + "-" + what + (k + 1) + ".png"), Overlays.token(maps, k));
            }
            ImageFiles.writePng(out.resolve(named.name + "-segmentation.png"), Overlays.segmentation(maps));
            progress.accept(rows.size());
        }
        List<RgbImage> colors =
                PatchColors.of(backbone, images.stream().map(Named::image).toList(), where);
        for (int i = 0; i < images.size(); i++) {
            ImageFiles.writePng(out.resolve(images.get(i).name + "-patches.png"), colors.get(i));
            rows.set(i, ContactSheet.with(rows.get(i), colors.get(i)));
        }
        Path sheet = out.resolve("sheet.png");
        int cell = rows.size() == 1 ? 360 : 168;
        ImageFiles.writePng(sheet, ContactSheet.draw(titles(names), rows, cell, names.names()));
        System.err.printf("%s, %s; look at %s%n", Words.count(rows.size(), "image"), Words.count(tokens, what), sheet);
        json.put("sheet", sheet.toString())
                .put("tokens", tokens)
                .put("names", names.names())
                .put("areas", areas)
                .put("mean_assignment", means)
                .put("unreadable", unreadable.names())
                .print();
        return 0;
    }

    private static List<String> titles(PhenotypeNames names) {
        List<String> titles = new ArrayList<>(ContactSheet.titles(names));
        titles.add("patch features");
        return titles;
    }

    // Pictures are named after their images.
    private static void requireDistinct(List<Named> images) {
        Set<String> names = new HashSet<>();
        for (Named image : images) {
            if (!names.add(image.name)) {
                throw new UserError("Two images are called '" + image.name
                        + "', so the pictures of one would replace those of the other. Rename one, or run twice.");
            }
        }
    }

    private record Named(String name, RgbImage image) {}

    private List<Named> images(Path input, Backbone backbone) throws IOException {
        if (Files.isRegularFile(input)) {
            RgbImage image = ImageFiles.read(input);
            int shorter = Math.min(image.width(), image.height());
            int side = scale > 0 ? scale : knownScale(backbone, shorter, ofFile(input));
            if (side == 0) {
                side = shorter <= 2 * backbone.imageSize()
                        ? backbone.imageSize()
                        : Math.min(shorter, MOST_WINDOWS * backbone.imageSize());
                System.err.println(
                        "How many microns a pixel of '" + input + "' shows is unknown, so it is shown " + side
                                + " pixels wide, which may not be the encoder's scale. Give --mpp, its microns per pixel.");
            }
            return List.of(new Named(stem(input.toString()), Views.scaled(image, side)));
        }
        TileSource source = tiles.open(input.toString());
        int n = Math.min(count, source.size());
        OptionalDouble microns = TileLocation.tileMicrons(List.of(input.toString()));
        List<Integer> chosen = ExampleTiles.of(source, n);
        List<Named> images = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            int tile = chosen.get(i);
            try {
                RgbImage image = source.read(tile);
                int shorter = Math.min(image.width(), image.height());
                OptionalDouble tileMpp = microns.isPresent()
                        ? OptionalDouble.of(microns.getAsDouble() / shorter)
                        : OptionalDouble.empty();
                int known = scale > 0 ? scale : knownScale(backbone, shorter, tileMpp);
                int side = known > 0 ? known : backbone.imageSize();
                images.add(new Named(stem(source.name(tile)), Views.whole(image, side)));
            } catch (IOException e) {
                unreadable.add(source.name(tile), e);
            }
        }
        unreadable.requireFew(n);
        return images;
    }

    // Microns per pixel, where the file tells them as slides do.
    private static OptionalDouble ofFile(Path image) {
        try (Slide slide = Slide.open(image, SlideReader.AUTO, OptionalDouble.empty())) {
            return OptionalDouble.of(slide.mpp());
        } catch (UserError e) {
            return OptionalDouble.empty(); // a photograph
        }
    }

    // Pixels of the shorter side; 0 where the scale of the image or of the encoder is unknown.
    private int knownScale(Backbone backbone, int shorter, OptionalDouble own) {
        if (mpp != null) {
            return atEncodersScale(backbone, shorter, mpp);
        }
        return own.isPresent() && backbone.spec().micronsPerPixel() != null
                ? atEncodersScale(backbone, shorter, own.getAsDouble())
                : 0;
    }

    private int atEncodersScale(Backbone backbone, int shorter, double imageMpp) {
        Double wanted = backbone.spec().micronsPerPixel();
        if (wanted == null) {
            throw new UserError(
                    "The encoder's file does not say how many microns its pixels were, so --mpp does not help."
                            + " Give --scale, or store it: cyphervit encoders set --encoder " + encoder.path()
                            + " --tile-microns UM.");
        }
        return Math.max(backbone.config().patch(), Math.toIntExact(Math.round(shorter * imageMpp / wanted)));
    }

    private static String stem(String path) {
        String file = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
        int dot = file.lastIndexOf('.');
        return dot < 0 ? file : file.substring(0, dot);
    }
}
