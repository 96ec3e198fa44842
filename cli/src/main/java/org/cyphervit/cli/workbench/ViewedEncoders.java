package org.cyphervit.cli.workbench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.cyphervit.UserError;
import org.cyphervit.checkpoint.EncoderBox;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.checkpoint.EncoderStore;
import org.cyphervit.cli.serve.SharedFolders;
import org.cyphervit.train.Run;

/** The encoders that a map can be made with: of runs in the viewer's folders, imported ones, and that of the program. */
final class ViewedEncoders {
    private static final String ENDING = ".safetensors";

    private final SharedFolders roots;

    ViewedEncoders(SharedFolders roots) {
        this.roots = roots;
    }

    /**
     * An encoder that can be chosen.
     *
     * @param argument what {@code --encoder} takes
     * @param name for a person
     * @param kind run, imported or in the box
     * @param place a run's folder or a file
     * @param scaled whether its file says how much tissue it saw in a tile
     */
    record Choice(String argument, String name, String kind, Path place, boolean scaled) {
        Map<String, Object> json() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("encoder", argument);
            json.put("name", name);
            json.put("kind", kind);
            json.put("scaled", scaled);
            return json;
        }
    }

    /** All of them: those of runs, that of the program, imported ones. */
    List<Choice> choices(Path folder) throws IOException {
        List<Choice> choices = new ArrayList<>();
        for (Path file : roots.find(path -> path.endsWith(EncoderFile.NAME))) {
            Path run = file.getParent();
            if (run != null) {
                boolean isRun = Files.exists(run.resolve(Run.RECIPE));
                Path place = isRun ? run : file;
                add(choices, CommandLines.argument(folder, place), String.valueOf(run.getFileName()), "run", place);
            }
        }
        if (EncoderBox.isThere()) {
            for (String name : EncoderBox.names()) {
                add(choices, name, name, "box", EncoderBox.file(name));
            }
        }
        Path store = EncoderStore.folder();
        if (Files.isDirectory(store)) {
            try (Stream<Path> files = Files.list(store)) {
                for (Path file : files.filter(path -> path.toString().endsWith(ENDING))
                        .sorted()
                        .toList()) {
                    String name = String.valueOf(file.getFileName());
                    String bare = name.substring(0, name.length() - ENDING.length());
                    if (!bare.startsWith(EncoderBox.NAME)) { // unpacked from the program
                        add(choices, bare, bare, "imported", file);
                    }
                }
            }
        }
        return choices;
    }

    private static void add(List<Choice> choices, String argument, String name, String kind, Path place) {
        try {
            boolean scaled = EncoderFile.spec(place).micronsPerPixel() != null;
            choices.add(new Choice(argument, name, kind, place, scaled));
        } catch (UserError | IOException e) {
            System.err.println("viewer: " + place + ": " + e.getMessage()); // a broken file is no choice
        }
    }
}
