package org.cyphervit.cli.command;

import java.awt.Desktop;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.cyphervit.UserError;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.viewer.Viewer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "serve",
        description = {
            "Look at runs, tiles and slides in the browser: live curves, a map of the tiles with 'find similar', phenotypes"
                    + " to name, slides with their phenotype layers.",
            "The viewer listens on this machine alone and reads only inside the folders it is given."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class ServeCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "FOLDER",
            description = "Folders of runs, tiles, slides and maps, at most four levels deep.")
    private List<Path> folders = List.of();

    @Option(names = "--port", defaultValue = "8765", description = "0 for any that is free. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--tiles",
            defaultValue = "3000",
            description = "Tiles of a run to embed and lay out, the classes in turn. Default: ${DEFAULT-VALUE}.")
    private int most;

    @Option(names = "--open", description = "Open it in the browser.")
    private boolean open;

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        if (port < 0 || port > 65_535 || most < 12) {
            throw new UserError(
                    "--port is a number up to 65535 and --tiles at least 12; got " + port + " and " + most + ".");
        }
        CountDownLatch ended = new CountDownLatch(1);
        Viewer viewer = Viewer.start(folders, port, most);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            viewer.close();
            ended.countDown();
        }));
        System.err.println("Look at " + viewer.address() + " (Ctrl-C ends it)");
        json.put("address", viewer.address()).print();
        if (open && Desktop.isDesktopSupported()) {
            Desktop.getDesktop().browse(URI.create(viewer.address()));
        }
        ended.await();
        return 0;
    }
}
