package org.cyphervit.cli.terminal;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import org.cyphervit.Words;
import org.cyphervit.file.Writing;
import org.cyphervit.train.RunListener;

/** {@code log.txt} of a run: what was said, when. */
public final class RunLog implements RunListener {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private Path file = Path.of("log.txt");

    @Override
    public void started(Start start) {
        file = start.folder().resolve("log.txt");
        said("Java " + Runtime.version() + ", " + org.cyphervit.torch.Engine.threads() + " threads; "
                + Words.count(start.tiles(), "tile") + ", steps " + start.firstStep() + " to " + start.steps());
    }

    @Override
    public void said(String message) {
        String line = LocalDateTime.now(java.time.ZoneId.systemDefault()).format(TIME) + "  " + message + "\n";
        Writing.append(file, line);
    }

    @Override
    public void ended(End end) {
        said((end.finished() ? "Finished" : "Stopped") + " at step " + end.step());
    }
}
