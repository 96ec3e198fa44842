package org.cyphervit.cli.serve;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.cyphervit.UserError;

/**
 * The folders that a viewer may look into. What lies in them is named by an id: the root's number and the path below it
 * with forward slashes, such as {@code 0/colon/run1}. Nothing outside of them has an id, nor does a link that leads out.
 */
public final class SharedFolders {
    private static final int DEPTH = 4;
    private static final int MOST = 2000;

    private final List<Path> roots = new ArrayList<>();

    /** @throws UserError if a folder does not exist */
    public SharedFolders(List<Path> folders) throws IOException {
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                throw new UserError("There is no folder '" + folder + "' to look into.");
            }
            roots.add(folder.toRealPath());
        }
    }

    /** The folders themselves, links followed. */
    public List<Path> all() {
        return List.copyOf(roots);
    }

    /** The existing file or folder of that id; empty if there is none, or if it leads out of its root. */
    public Optional<Path> resolve(String id) {
        int slash = id.indexOf('/');
        String number = slash < 0 ? id : id.substring(0, slash);
        if (!number.matches("\\d{1,4}") || Integer.parseInt(number) >= roots.size() || id.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        Path root = roots.get(Integer.parseInt(number));
        try {
            Path path = slash < 0 ? root : root.resolve(id.substring(slash + 1)).normalize();
            Path real = path.toRealPath(); // follows links
            return path.startsWith(root) && real.startsWith(root) ? Optional.of(real) : Optional.empty();
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** Whether an existing path lies inside a root, links followed. */
    public boolean contains(Path path) throws IOException {
        Path real = path.toRealPath();
        return roots.stream().anyMatch(real::startsWith);
    }

    /** The id of something inside a root. */
    public String id(Path path) {
        for (int i = 0; i < roots.size(); i++) {
            if (path.startsWith(roots.get(i))) {
                String below = roots.get(i).relativize(path).toString().replace('\\', '/');
                return below.isEmpty() ? Integer.toString(i) : i + "/" + below;
            }
        }
        throw new IllegalArgumentException(path + " lies in none of " + roots);
    }

    /** Everything down to four folders deep that fits, in order of its path; links are not followed, dot files skipped. */
    public List<Path> find(Predicate<Path> wanted) throws IOException {
        return find(wanted, folder -> false);
    }

    /** The same without what lies in folders that {@code passed} takes. */
    public List<Path> find(Predicate<Path> wanted, Predicate<Path> passed) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path root : roots) {
            Files.walkFileTree(
                    root, Set.<FileVisitOption>of(), DEPTH, new FileFinder(root, wanted, passed, found, MOST));
        }
        found.sort(null);
        return found;
    }
}
