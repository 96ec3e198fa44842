package org.cyphervit.cli.option;

import java.io.IOException;
import java.time.Duration;
import org.cyphervit.UserError;
import org.cyphervit.cli.Main;
import org.cyphervit.group.LocalLauncher;
import org.cyphervit.group.Rendezvous;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How many processes train together, and how long they wait for each other. */
public final class GroupOptions {
    @Option(
            names = "--processes",
            defaultValue = "1",
            paramLabel = "N",
            description =
                    "Train in N processes on this host, one per GPU or share of the cores; run.batch is shared out"
                            + " among them. Under torchrun leave it out: its environment says all. Default: 1.")
    @Within(least = 1, most = 1024)
    private int processes = 1;

    @Option(
            names = "--peer-timeout",
            defaultValue = "1800",
            paramLabel = "SECONDS",
            description = "How long a process waits for a silent one before it gives up. Default: ${DEFAULT-VALUE}.")
    @Within(least = 1, most = 604_800)
    private int timeout = 1800;

    /** The ranks of this host besides this one: those that {@code --processes} starts, or a launcher's, which started. */
    public LocalLauncher start(CommandSpec command) throws IOException {
        Duration wait = Duration.ofSeconds(timeout);
        Rendezvous launched = Rendezvous.of(System.getenv(), wait);
        if (System.getenv("WORLD_SIZE") == null) {
            return LocalLauncher.start(
                    processes,
                    wait,
                    Main.class,
                    command.root().commandLine().getParseResult().originalArgs());
        }
        if (processes > 1 && launched.size() != processes) {
            throw new UserError("--processes " + processes + " and the environment's WORLD_SIZE " + launched.size()
                    + " disagree. Leave --processes out under a launcher.");
        }
        return LocalLauncher.startedElsewhere(launched);
    }
}
