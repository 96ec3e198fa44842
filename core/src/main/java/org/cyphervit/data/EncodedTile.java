package org.cyphervit.data;

import java.util.Locale;

/**
 * A tile as an image file holds it.
 *
 * @param extension of the file, in lower case, without a dot
 * @param bytes of the file; shared, not copied
 */
public record EncodedTile(String extension, byte[] bytes) {
    /** A file's contents, with the extension of its name. */
    public static EncodedTile of(String name, byte[] bytes) {
        return new EncodedTile(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT), bytes);
    }
}
