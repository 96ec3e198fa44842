package org.cyphervit.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.cyphervit.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WritingTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void saysWhatIsWrongWhatIsIntactAndHowToGoOn() {
        Path file = folder.resolve("run/metrics.csv");
        assertThat(told(file, new IOException("No space left on device")))
                .contains("The disk is full", "metrics.csv", "intact", "resume");
        assertThat(told(file, new FileSystemException(file.toString(), null, "Read-only file system")))
                .contains("metrics.csv", "mounted read-only", "Name another folder");
        assertThat(told(file, new AccessDeniedException(file.toString())))
                .contains("metrics.csv", "no permission", folder.toString());
        assertThat(told(file, new NoSuchFileException(file.toString()))).contains("deleted or moved");
        assertThat(Writing.failed(file, Long.MAX_VALUE / 2, new IOException("x"))
                        .getMessage())
                .contains("are missing");
    }

    @Test
    void aFileWhereAFolderIsNeeded() throws IOException {
        Path taken = Files.writeString(folder.resolve("taken"), "text");
        assertThatThrownBy(() -> AtomicFiles.write(taken.resolve("a.csv"), "1"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("a.csv")
                .hasMessageContaining("is a file where a folder is needed");
        assertThat(taken).hasContent("text");
    }

    @Test
    void aFolderIsTakenByOneProgramAndAFileLeftBehindMeansNothing() throws Exception {
        Path out = folder.resolve("out");
        Files.createDirectories(out);
        Files.writeString(out.resolve(OutputLock.NAME), "host dead, process 1, since 1999");
        try (OutputLock lock = OutputLock.folder(out)) {
            assertThat(Files.readString(out.resolve(OutputLock.NAME)))
                    .contains("host ", "process " + ProcessHandle.current().pid(), "since 2");
            assertThatThrownBy(() -> OutputLock.folder(out))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
        assertThat(out).isEmptyDirectory();
        OutputLock.folder(out).close();
    }

    @Test
    void aFileIsWrittenByOneProgramAndNothingIsLeftOfALock() throws Exception {
        Path file = folder.resolve("new/report.html");
        try (OutputLock lock = OutputLock.file(file);
                OutputLock other = OutputLock.file(file.resolveSibling("other.html"))) {
            assertThatThrownBy(() -> OutputLock.file(file))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("report.html")
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
        assertThat(folder).isEmptyDirectory();
        try (OutputLock lock = OutputLock.file(file)) {
            Files.writeString(file, "kept");
        }
        assertThat(file.getParent()).isDirectoryContaining(path -> path.equals(file));
        Files.delete(file);
        assertThat(file.getParent()).isEmptyDirectory(); // the lock beside it is gone
    }

    private static String told(Path file, IOException e) {
        return String.valueOf(Writing.failed(file, 0, e).getMessage());
    }
}
