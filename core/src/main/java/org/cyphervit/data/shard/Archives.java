package org.cyphervit.data.shard;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.cyphervit.UserError;
import org.cyphervit.data.ImageFolder;
import org.cyphervit.data.PathLabels;
import org.cyphervit.data.TileSource;
import org.cyphervit.file.TarShards;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.LargeImages;
import org.jspecify.annotations.Nullable;

/** The images in a zip or tar as if it were a folder; nothing is unpacked, so nothing can be written where it should not. */
public final class Archives {
    private static final int MAX_ENTRIES = 10_000_000;
    private static final int MAX_INFLATED = 1 << 26;
    private static final int MAX_RATIO = 1100; // deflate packs at most 1,032 bytes into one

    private Archives() {}

    /** Whether the name ends like an archive's. */
    public static boolean isArchive(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return name.endsWith(".zip") || name.endsWith(".tar");
    }

    /**
     * Opens an archive of images, with or without class folders.
     *
     * @throws UserError if it is damaged or holds no image
     */
    public static TileSource open(Path archive, ImageFolder.Labels labels) throws IOException {
        boolean zip = archive.toString().toLowerCase(Locale.ROOT).endsWith(".zip");
        List<StoredTiles.Tile> found = zip ? zip(archive) : tar(archive);
        if (found.isEmpty()) {
            throw new UserError("'" + archive + "' holds no images (jpg, png, tif, bmp, webp).");
        }
        found.sort(Comparator.comparing(StoredTiles.Tile::name));
        List<String> names =
                withoutCommonFolder(found.stream().map(StoredTiles.Tile::name).toList());
        PathLabels known = PathLabels.of(names, labels);
        List<StoredTiles.Tile> tiles = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            StoredTiles.Tile tile = found.get(i);
            tiles.add(new StoredTiles.Tile(
                    names.get(i),
                    tile.place(),
                    tile.extension(),
                    tile.size(),
                    known.labels()[i],
                    known.groups().get(i),
                    Double.NaN,
                    tile.content()));
        }
        return new StoredTiles(tiles, known.classes(), null);
    }

    private static List<StoredTiles.Tile> tar(Path archive) throws IOException {
        MappedFile mapped = new MappedFile(archive);
        List<StoredTiles.Tile> tiles = new ArrayList<>();
        for (TarShards.Entry entry : TarShards.entries(archive)) {
            String name = plain(entry.name());
            if (name != null && entry.size() <= MappedFile.MAX_TILE) {
                tiles.add(tile(archive, name, entry.size(), mapped.part(entry.offset(), entry.size())));
            }
        }
        return tiles;
    }

    private static List<StoredTiles.Tile> zip(Path archive) throws IOException {
        List<StoredTiles.Tile> tiles = new ArrayList<>();
        try {
            @SuppressWarnings("resource") // open as long as its tiles are read
            ZipFile zip = new ZipFile(archive.toFile());
            if (zip.size() > MAX_ENTRIES) {
                throw new UserError(
                        "'" + archive + "' has " + zip.size() + " entries; at most " + MAX_ENTRIES + " are read.");
            }
            zip.stream().filter(entry -> !entry.isDirectory()).forEach(entry -> {
                String name = plain(entry.getName());
                if (name != null) {
                    tiles.add(tile(archive, name, entry.getSize(), () -> inflated(archive, zip, entry)));
                }
            });
        } catch (IOException | IllegalArgumentException e) {
            throw new UserError("'" + archive + "' is no readable zip: " + e.getMessage() + ".", e);
        }
        return tiles;
    }

    // The size that an entry claims is not trusted: memory is bounded by it, and what it really inflates to must be as
    // much.
    private static byte[] inflated(Path archive, ZipFile zip, ZipEntry entry) throws IOException {
        String name = archive + ", " + entry.getName();
        long size = entry.getSize();
        if (size < 0 || size > MAX_INFLATED) {
            throw new IOException(
                    "'" + name + "' inflates to " + size + " bytes; a tile in a zip may have " + MAX_INFLATED);
        }
        if (size / MAX_RATIO > entry.getCompressedSize()) {
            throw new IOException("'" + name + "' says that it inflates to " + size + " bytes, which its "
                    + entry.getCompressedSize() + " cannot hold");
        }
        byte[] bytes = LargeImages.array(size, name);
        try (InputStream stream = zip.getInputStream(entry)) {
            if (stream.readNBytes(bytes, 0, bytes.length) != bytes.length || stream.read() >= 0) {
                throw new IOException("it has another length than the " + size + " bytes it says");
            }
            return bytes;
        } catch (IOException | RuntimeException e) { // a damaged entry
            throw new IOException("'" + name + "' cannot be inflated: " + e.getMessage(), e);
        }
    }

    private static StoredTiles.Tile tile(Path archive, String name, long size, StoredTiles.Content content) {
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return new StoredTiles.Tile(name, archive + ", " + name, extension, size, -1, null, Double.NaN, content);
    }

    // The name with forward slashes; null for what is hidden, no image, or leads out of the archive.
    private static @Nullable String plain(String name) {
        List<String> parts = new ArrayList<>();
        for (String part : name.replace('\\', '/').split("/")) {
            if ((part.startsWith(".") && !part.equals(".")) || part.equals("__MACOSX") || part.indexOf('\0') >= 0) {
                return null;
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        boolean image = !parts.isEmpty() && ImageFiles.isImageName(parts.getLast());
        return image ? String.join("/", parts) : null;
    }

    private static List<String> withoutCommonFolder(List<String> names) {
        List<String> rest = names;
        while (true) {
            String first = rest.getFirst();
            int slash = first.indexOf('/');
            if (slash < 0) {
                return rest;
            }
            String folder = first.substring(0, slash + 1);
            if (!rest.stream().allMatch(name -> name.startsWith(folder))) {
                return rest;
            }
            rest = rest.stream().map(name -> name.substring(folder.length())).toList();
        }
    }
}
