package org.cyphervit.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.cyphervit.UserError;
import org.cyphervit.cli.option.SharedOutput;
import org.cyphervit.file.OutputLock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** Runs a command while it alone writes to its {@code --out}; a second program is refused. */
final class OutputOption {
    private OutputOption() {}

    static int run(ParseResult parsed) {
        List<CommandLine> lines = parsed.asCommandLineList();
        CommandLine last = lines.getLast();
        boolean help = lines.stream().anyMatch(line -> line.isUsageHelpRequested() || line.isVersionHelpRequested());
        if (help) {
            return new RunLast().execute(parsed);
        }
        try {
            OptionRanges.check(parsed);
        } catch (UserError e) {
            throw new ExecutionException(last, String.valueOf(e.getMessage()), e);
        }
        try (OutputLock lock = take(last)) {
            return new RunLast().execute(parsed);
        } catch (IOException | UserError e) { // of the lock; a command's own come as ExecutionException
            throw new ExecutionException(last, String.valueOf(e.getMessage()), e);
        }
    }

    // Null for a command that writes nothing, or where others may write.
    private static @Nullable OutputLock take(CommandLine line) throws IOException {
        @Nullable OptionSpec option = line.getCommandSpec().findOption("--out");
        if (option == null || line.getCommandSpec().userObject() instanceof SharedOutput) {
            return null;
        }
        return option.getValue() instanceof Path out
                ? option.paramLabel().equals("FOLDER") ? OutputLock.folder(out) : OutputLock.file(out)
                : null;
    }
}
