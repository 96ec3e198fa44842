package org.cyphervit.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.viewer.Viewer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "serve",
        description = {
            "A workbench in the browser: bring slides in, cut tiles, train, make phenotype maps and look at them; live curves"
                    + " of runs, a map of their tiles with 'find similar', phenotypes to name.",
            "It listens on this machine alone, opens only by the address it prints, works in the first folder and reads only"
                    + " inside those it is given."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class ServeCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "FOLDER",
            description =
                    "Folders of runs, tiles, slides and maps, at most four levels deep. Jobs write into the first; it may"
                            + " be empty.")
    private List<Path> folders = List.of();

    @Option(names = "--port", defaultValue = "8765", description = "0 for any that is free. Default: ${DEFAULT-VALUE}.")
    @Within(most = 65_535)
    private int port;

    @Option(
            names = "--tiles",
            defaultValue = "3000",
            description = "Tiles of a run to embed and lay out, the classes in turn. Default: ${DEFAULT-VALUE}.")
    @Within(least = 12, most = 1_000_000)
    private int most;

    @Option(names = "--open", description = "Open it in the browser.")
    private boolean open;

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        Viewer viewer = Viewer.start(folders, port, most);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            viewer.close();
            ended.countDown();
        }));
        System.err.println("Look at " + viewer.address() + " (Ctrl-C ends it)");
        json.put("address", viewer.address()).print();
        if (open) {
            open(viewer.address());
        }
        ended.await();
        return 0;
    }

    // As the system opens addresses; Java's own way needs a window system, which the launcher switches off.
    private static void open(String address) {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        List<String> opener = system.contains("mac")
                ? List.of("open", address)
                : system.contains("windows")
                        ? List.of("rundll32", "url.dll,FileProtocolHandler", address)
                        : List.of("xdg-open", address);
        try {
            new ProcessBuilder(opener)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            System.err.println(
                    "No browser could be opened here (" + opener.getFirst() + "). Open the address yourself.");
        }
    }
}
