package org.cyphervit.cli.serve;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.function.Predicate;

/**
 * Collects files and folders that fit. Folders whose names begin with a dot, and those that {@code passed} takes, are not
 * entered; unreadable ones are passed over.
 */
final class FileFinder extends SimpleFileVisitor<Path> {
    private final Path root;
    private final Predicate<Path> wanted;
    private final List<Path> found;
    private final int most;
    private final Predicate<Path> passed;

    FileFinder(Path root, Predicate<Path> wanted, Predicate<Path> passed, List<Path> found, int most) {
        this.root = root;
        this.wanted = wanted;
        this.passed = passed;
        this.found = found;
        this.most = most;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        String name = String.valueOf(folder.getFileName());
        boolean skipped = name.startsWith(".") || name.endsWith("_files") || passed.test(folder); // a pyramid's tiles
        if (!skipped && !folder.equals(root) && wanted.test(folder)) { // a slide that is a folder
            found.add(folder);
            return FileVisitResult.SKIP_SUBTREE;
        }
        return skipped && !folder.equals(root) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        if (attributes.isRegularFile() && wanted.test(file)) {
            found.add(file);
        }
        return found.size() < most ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
        return FileVisitResult.CONTINUE;
    }
}
