package org.cyphervit.interpret.masks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.cyphervit.UserError;
import org.cyphervit.augment.Views;
import org.cyphervit.data.ImageFolder;
import org.cyphervit.data.Unreadable;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.Phenotype;
import org.cyphervit.data.generated.Structure;
import org.cyphervit.image.RgbImage;

/** Where images with masks come from. */
public final class MaskedImages {
    private MaskedImages() {}

    /**
     * Images of a folder with masks of the same name (whatever the extension) in another: a pixel that is not black is of
     * what is looked for.
     *
     * @param size the shorter side that images and masks are brought to, pixels; 0 to keep them
     * @param unreadable told the images that cannot be read, or whose mask cannot; they are left out
     * @throws UserError if an image has no mask or one of another shape, or more than a tenth cannot be read
     */
    public static List<MaskedImage> folders(Path images, Path masks, IntUnaryOperator size, Unreadable unreadable) {
        ImageFolder pictures = ImageFolder.scan(images, ImageFolder.Labels.NONE, 16, 1);
        ImageFolder truths = ImageFolder.scan(masks, ImageFolder.Labels.NONE, 16, 1);
        Map<String, Integer> byStem = new HashMap<>();
        for (int i = 0; i < truths.size(); i++) {
            byStem.put(stem(truths.name(i)), i);
        }
        List<MaskedImage> all = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            String name = pictures.name(i);
            Integer mask = byStem.get(stem(name));
            if (mask == null) {
                throw new UserError("The image '" + name + "' has no mask of its name in '" + masks + "'.");
            }
            RgbImage image;
            RgbImage truth;
            try {
                image = pictures.read(i);
                truth = truths.read(mask);
            } catch (IOException e) {
                unreadable.add(name, e);
                continue;
            }
            if (image.width() != truth.width() || image.height() != truth.height()) {
                throw new UserError("The mask of '" + name + "' has " + truth.width() + " x " + truth.height()
                        + " pixels; expected the image's " + image.width() + " x " + image.height() + ".");
            }
            int shorter = Math.min(image.width(), image.height());
            int wanted = size.applyAsInt(shorter);
            RgbImage shown = wanted == shorter ? image : Views.scaled(image, wanted);
            all.add(new MaskedImage(
                    stem(name), shown, nearest(truth, shown.width(), shown.height()), List.of("background", "masked")));
        }
        unreadable.requireFew(pictures.size());
        return all;
    }

    /** The same where nobody asks which images were left out. */
    public static List<MaskedImage> folders(Path images, Path masks, int size) {
        return folders(images, masks, shorter -> size == 0 ? shorter : size, new Unreadable());
    }

    /** Generated fields of three phenotypes each, which are the classes; pixels of other phenotypes do not occur. */
    public static List<MaskedImage> phenotypes(int count, int side, long seed) {
        List<String> names =
                Arrays.stream(Phenotype.values()).map(Phenotype::label).toList();
        List<MaskedImage> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            GeneratedTissue.Painted field = field(i, side, seed);
            all.add(new MaskedImage("field" + i, field.image(), field.phenotypes(), names));
        }
        return all;
    }

    /** Generated fields with their nuclei as what is looked for. */
    public static List<MaskedImage> nuclei(int count, int side, long seed) {
        List<MaskedImage> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            GeneratedTissue.Painted field = field(i, side, seed);
            byte[] classes = new byte[field.structures().length];
            for (int p = 0; p < classes.length; p++) {
                classes[p] = (byte) (field.structures()[p] == Structure.NUCLEUS.ordinal() ? 1 : 0);
            }
            all.add(new MaskedImage("field" + i, field.image(), classes, List.of("background", "nuclei")));
        }
        return all;
    }

    private static GeneratedTissue.Painted field(int i, int side, long seed) {
        List<Phenotype> three = new ArrayList<>();
        for (int p = 0; p < 3; p++) {
            three.add(Phenotype.values()[(2 * i + 3 * p) % Phenotype.values().length]);
        }
        return GeneratedTissue.field(side, three, seed + i);
    }

    private static byte[] nearest(RgbImage mask, int width, int height) {
        byte[] classes = new byte[width * height];
        for (int y = 0; y < height; y++) {
            int fromY = Math.min(mask.height() - 1, (int) ((y + 0.5) * mask.height() / height));
            for (int x = 0; x < width; x++) {
                int fromX = Math.min(mask.width() - 1, (int) ((x + 0.5) * mask.width() / width));
                int at = 3 * (fromY * mask.width() + fromX);
                classes[y * width + x] =
                        (byte) ((mask.rgb()[at] | mask.rgb()[at + 1] | mask.rgb()[at + 2]) == 0 ? 0 : 1);
            }
        }
        return classes;
    }

    private static String stem(String path) {
        String file = path.substring(path.lastIndexOf('/') + 1);
        int dot = file.lastIndexOf('.');
        return (dot < 0 ? file : file.substring(0, dot)).toLowerCase(Locale.ROOT);
    }
}
