package org.cyphervit.cli.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.cyphervit.data.ExampleTiles;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.Unreadable;
import org.cyphervit.image.RgbImage;

/**
 * A picture to show phenotype maps of.
 *
 * @param name below it
 * @param image the square centre of it is shown
 */
public record ExampleImage(String name, RgbImage image) {
    /** Tiles of a source, the classes in turn; those that cannot be read are left out. */
    public static List<ExampleImage> of(TileSource source, int count) {
        List<ExampleImage> examples = new ArrayList<>();
        Unreadable unreadable = new Unreadable();
        for (int index : ExampleTiles.of(source, count)) {
            String name = source.name(index);
            String label = source.label(index) < 0 ? "" : source.classes().get(source.label(index)) + " · ";
            try {
                examples.add(new ExampleImage(label + name.substring(name.lastIndexOf('/') + 1), source.read(index)));
            } catch (IOException e) {
                unreadable.add(name, e);
            }
        }
        unreadable.requireFew(count);
        return examples;
    }
}
