package org.cyphervit.cli.workbench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.cyphervit.UserError;
import org.cyphervit.cli.serve.HttpRequest;
import org.cyphervit.cli.serve.HttpResponse;
import org.cyphervit.cli.serve.SharedFolders;
import org.cyphervit.file.Writing;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideFormats;

/**
 * Slides that come through the browser, a part at a time, so that none has to fit into memory and a broken one can go on.
 * What is not complete has a name that nothing else reads; nothing that is there is written over.
 */
final class Uploads {
    private static final long SPARE = 256L << 20;

    private final SharedFolders roots;
    private final Path folder;

    /** @param folder where complete files go */
    Uploads(SharedFolders roots, Path folder) {
        this.roots = roots;
        this.folder = folder;
    }

    /** Takes the bytes of {@code name} from {@code offset} on; the last part of {@code size} bytes makes it a slide. */
    synchronized HttpResponse part(HttpRequest query) throws IOException {
        String name = name(query.text("name"));
        long offset = query.size("offset");
        long size = query.size("size");
        Path file = folder.resolve(name);
        Path part = folder.resolve("." + name + ".part");
        if (Files.exists(file)) {
            return HttpResponse.error(409, "There is a slide '" + name + "' already; rename one of the two.");
        }
        Writing.folder(folder);
        long there = Files.exists(part) ? Files.size(part) : 0;
        if (offset > there || offset + query.body().length > size) {
            return HttpResponse.error(
                    409, "Part " + offset + " of '" + name + "' does not follow on " + there + " bytes.");
        }
        if (offset == 0 && Files.getFileStore(folder).getUsableSpace() < size - there + SPARE) {
            throw new UserError("The disk of '" + folder + "' has no room for the " + (size >> 20) + " MiB of '" + name
                    + "'. Make room, or open a folder on another disk.");
        }
        Writing.of(part, () -> {
            try (RandomAccessFile write = new RandomAccessFile(part.toFile(), "rw")) {
                write.setLength(offset);
                write.seek(offset);
                write.write(query.body());
            }
        });
        long done = offset + query.body().length;
        return done < size ? HttpResponse.json(Map.of("done", done)) : finish(part, file);
    }

    // A file that no reader opens would only stand in the way; the name tells the format, so it gets its own first.
    private HttpResponse finish(Path part, Path file) throws IOException {
        try {
            Files.move(part, file);
        } catch (FileAlreadyExistsException e) {
            Files.delete(part);
            return HttpResponse.error(409, "There is a slide '" + file.getFileName() + "' already.");
        }
        try (Slide slide = Slide.open(file)) {
            return HttpResponse.json(Map.of("id", roots.id(file.toRealPath()), "width", slide.width()));
        } catch (UserError e) {
            Files.delete(file);
            throw new UserError("'" + file.getFileName() + "' was not kept: " + e.getMessage(), e);
        }
    }

    private static String name(String name) {
        boolean safe = !name.startsWith(".")
                && name.length() <= 200
                && name.codePoints().noneMatch(c -> c < 32 || c == 127 || "/\\:*?\"<>|".indexOf(c) >= 0);
        if (!safe) {
            throw new UserError("'" + name
                    + "' cannot be the name of a slide here. Rename it: letters, digits, spaces, dots," + " dashes.");
        }
        if (!SlideFormats.isSlideName(Path.of(name)) && !ImageFiles.isImageName(name)) {
            throw new UserError(
                    "'" + name + "' does not end as a slide or an image in one file (svs, tif, ndpi, scn, bif,"
                            + " png, jpg). Slides of several files, such as mrxs and DICOM, are copied into the folder as they are.");
        }
        return name;
    }
}
