package org.cyphervit.cli.command.encoder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.cyphervit.UserError;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.checkpoint.EncoderStore;
import org.cyphervit.checkpoint.weights.WeightFiles;
import org.cyphervit.cli.command.Outputs;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.NormalizationOption;
import org.cyphervit.cli.option.RegistryOption;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.encoders.EncoderRegistry;
import org.cyphervit.encoders.Hub;
import org.cyphervit.encoders.HubDownload;
import org.cyphervit.encoders.ImportedEncoder;
import org.cyphervit.encoders.RegisteredEncoder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "get",
        description = {
            "Download an encoder of the registry from its hub, check it, and import it; afterwards --encoder NAME means it.",
            "Gated encoders need a token: accept the terms on the model's page and set HF_TOKEN. HF_ENDPOINT and HTTPS_PROXY"
                    + " are followed. A download that breaks goes on where it stopped, also in a later run."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class EncodersGetCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "An entry of the registry; 'encoders list' has them all.")
    private String name = "";

    @Option(
            names = "--out",
            paramLabel = "FILE|FOLDER",
            description = Outputs.ENCODER + " Default: where --encoder NAME finds it.")
    private @Nullable Path out;

    @Option(names = "--revision", description = "A commit or branch. Default: the newest commit.")
    private @Nullable String revision;

    @Option(
            names = "--mirror",
            paramLabel = "URL",
            description = "A server with the hub's interface. Default: the hub.")
    private @Nullable String mirror;

    @Option(names = "--proxy", paramLabel = "URL", description = "Such as http://host:3128. Default: HTTPS_PROXY.")
    private @Nullable String proxy;

    @Option(names = "--keep", description = "Keep the downloaded weights beside the encoder.")
    private boolean keep;

    @Mixin
    private NormalizationOption normalization = new NormalizationOption();

    @Mixin
    private RegistryOption registry = new RegistryOption();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        RegisteredEncoder entry = registry.open().named(name);
        String repository = entry.repository();
        if (repository == null || entry.files().isEmpty()) {
            throw new UserError("The registry does not know where to download " + entry.title()
                    + (entry.note() == null ? "" : " (" + entry.note() + ")")
                    + ". Get its weights from its makers and run: cyphervit encoders import " + entry.name()
                    + " FILE.");
        }
        entry.spec(normalization.given()); // before gigabytes are downloaded
        Hub hub = Hub.of(System.getenv(), mirror, proxy);
        Optional<Hub.About> about = hub.about(repository);
        System.err.printf(
                "%s by %s, %s/%s%n", entry.title(), EncoderRegistry.text(entry.maker()), hub.endpoint(), repository);
        System.err.printf(
                "  licence: %s (registry)%s%n", EncoderRegistry.text(entry.licence()), said(about, Hub.About::license));
        System.err.printf(
                "  access: %s (registry)%s%n", EncoderRegistry.text(entry.access()), said(about, Hub.About::gated));
        System.err.println("  Whether you may use it is for you to judge, by the terms on its page.");

        Path target = out != null ? Outputs.file(out, EncoderFile.NAME) : EncoderStore.file(entry.name());
        Path folder = Objects.requireNonNull(target.toAbsolutePath().getParent(), "a file lies in a folder")
                .resolve(entry.name() + "-download");
        String commit =
                revision != null ? revision : about.map(Hub.About::revision).orElse("main");
        List<Path> files = download(hub, repository, commit, entry.files(), folder);
        ImportedEncoder imported = ImportedEncoder.of(entry, files.getFirst(), target, normalization.given());
        EncodersImportCommand.tell(imported, json);
        if (!keep) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        }
        json.put("revision", commit).print();
        return 0;
    }

    private static String said(Optional<Hub.About> about, java.util.function.Function<Hub.About, String> what) {
        return about.map(what)
                .filter(text -> !text.isEmpty())
                .map(text -> ", " + text + " (the hub, now)")
                .orElse(", the hub says nothing");
    }

    // The files of the entry, and the shards that an index among them names.
    private static List<Path> download(Hub hub, String repository, String commit, List<String> names, Path folder)
            throws IOException {
        LinkedHashSet<String> waiting = new LinkedHashSet<>(names);
        List<Path> done = new ArrayList<>();
        while (!waiting.isEmpty()) {
            String file = waiting.removeFirst();
            Path target = folder.resolve(String.valueOf(Path.of(file).getFileName()));
            Bytes progress = new Bytes(file);
            boolean checked = new HubDownload(hub, progress).get(repository, commit, file, target);
            System.err.printf(
                    "%s: %d MiB, %s%n",
                    file,
                    Files.size(target) >> 20,
                    checked ? "checksum right" : "the server gives no checksum, only the size was checked");
            done.add(target);
            if (file.endsWith(WeightFiles.INDEX)) {
                waiting.addAll(WeightFiles.shards(target).keySet());
            }
        }
        return done;
    }

    /** Progress in MiB. */
    private static final class Bytes implements HubDownload.Progress {
        private final String file;
        private @Nullable Progress progress;

        private Bytes(String file) {
            this.file = file;
        }

        @Override
        public void at(long bytes, long of) {
            if (progress == null) {
                progress = new Progress(file + ", MiB", (int) (of >> 20));
            }
            progress.accept((int) (bytes >> 20));
        }
    }
}
