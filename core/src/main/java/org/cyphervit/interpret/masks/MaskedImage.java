package org.cyphervit.interpret.masks;

import java.util.List;
import org.cyphervit.image.RgbImage;

/**
 * An image whose pixels are known.
 *
 * @param classes the class of each pixel, row by row, from 0
 * @param names of the classes; with two, the first is the background and the second what is looked for
 */
public record MaskedImage(String name, RgbImage image, byte[] classes, List<String> names) {
    public MaskedImage {
        names = List.copyOf(names);
        if (classes.length != image.width() * image.height()) {
            throw new IllegalArgumentException(classes.length + " classes for " + image.width() + " x " + image.height()
                    + " pixels; expected one each.");
        }
    }

    /** Whether there is only background and what is looked for. */
    public boolean isBinary() {
        return names.size() == 2;
    }

    /** Which pixels are of a class. */
    boolean[] of(int label) {
        boolean[] which = new boolean[classes.length];
        for (int i = 0; i < which.length; i++) {
            which[i] = classes[i] == label;
        }
        return which;
    }
}
