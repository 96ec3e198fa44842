package org.cyphervit.qupath;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.prefs.Preferences;
import javafx.application.Platform;
import javafx.scene.control.Alert;
import javafx.scene.control.MenuItem;
import javafx.stage.FileChooser;
import org.jspecify.annotations.Nullable;
import qupath.lib.gui.QuPathGUI;
import qupath.lib.gui.extensions.QuPathExtension;
import qupath.lib.images.ImageData;
import qupath.lib.images.servers.PixelCalibration;
import qupath.lib.io.PathIO;
import qupath.lib.objects.PathObject;

/**
 * The menu Extensions &gt; CypherViT: a phenotype map of the open image, made by the program in a process of its own and
 * imported as annotations, and as tiles with measurements.
 */
public final class CypherVitExtension implements QuPathExtension {
    private static final String PROGRAM = "program";
    private static final String ENCODER = "encoder";

    private final Preferences preferences = Preferences.userNodeForPackage(CypherVitExtension.class);

    @Override
    public String getName() {
        return "CypherViT";
    }

    @Override
    public String getDescription() {
        return "Phenotype maps of slides by CypherViT for the JVM, which runs beside QuPath";
    }

    @Override
    public void installExtension(QuPathGUI qupath) {
        MenuItem map = new MenuItem("Phenotype map of this image...");
        map.setOnAction(event -> map(qupath));
        MenuItem program = new MenuItem("Where is the program...");
        program.setOnAction(event -> choose(qupath, "The program cyphervit", PROGRAM));
        MenuItem encoder = new MenuItem("Which encoder...");
        encoder.setOnAction(event -> choose(qupath, "An encoder.safetensors", ENCODER));
        MenuItem standard = new MenuItem("The encoder in the box");
        standard.setOnAction(event -> preferences.remove(ENCODER));
        qupath.getMenu("Extensions>CypherViT", true).getItems().addAll(List.of(map, program, encoder, standard));
    }

    private void map(QuPathGUI qupath) {
        ImageData<BufferedImage> image = qupath.getImageData();
        if (image == null) {
            tell("Open an image first.");
            return;
        }
        Path file = file(image);
        Path launcher = launcher();
        if (file == null || launcher == null) {
            tell(
                    file == null
                            ? "The open image is no single file on this computer, so the program cannot read it."
                            : "The program was not found. Say where it is: Extensions > CypherViT > Where is the program.");
            return;
        }
        try {
            Path out = Files.createTempDirectory("cyphervit-map");
            PixelCalibration calibration = image.getServer().getPixelCalibration();
            double mpp = calibration.hasPixelSizeMicrons() ? calibration.getAveragedPixelSizeMicrons() : 0;
            String encoder = preferences.get(ENCODER, "");
            List<String> words = Program.mapping(file, out, encoder.isEmpty() ? null : Path.of(encoder), mpp);
            start(qupath, image, new Program(launcher), words, out);
        } catch (IOException e) {
            tell("No folder for the map can be made: " + e.getMessage());
        }
    }

    private void start(
            QuPathGUI qupath, ImageData<BufferedImage> image, Program program, List<String> words, Path out) {
        Thread[] worker = new Thread[1];
        ProgressWindow window = new ProgressWindow(
                qupath.getStage(),
                "Mapping phenotypes",
                program.launcher() + " " + String.join(" ", words),
                () -> worker[0].interrupt());
        worker[0] = Thread.ofPlatform().daemon().name("cyphervit").start(() -> {
            try {
                program.run(words, window::say);
                for (Path objects : Program.objects(out)) {
                    List<PathObject> found = PathIO.readObjects(objects);
                    Platform.runLater(() -> image.getHierarchy().addObjects(found));
                }
                window.end("Done. The phenotypes are annotations of the image; the page is in " + out);
            } catch (Program.FailedException | IOException e) {
                window.end("It failed: " + e.getMessage());
            } catch (InterruptedException e) {
                window.end("Cancelled.");
            }
        });
    }

    // Slides of one file alone: the program reads it itself, at full resolution.
    private static @Nullable Path file(ImageData<BufferedImage> image) {
        List<URI> places = List.copyOf(image.getServer().getURIs());
        return places.size() == 1 && "file".equals(places.getFirst().getScheme()) ? Path.of(places.getFirst()) : null;
    }

    private @Nullable Path launcher() {
        String chosen = preferences.get(PROGRAM, "");
        return chosen.isEmpty()
                ? Program.find(System.getenv("CYPHERVIT"), System.getenv("PATH"))
                        .orElse(null)
                : Path.of(chosen);
    }

    private void choose(QuPathGUI qupath, String title, String preference) {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(title);
        File chosen = chooser.showOpenDialog(qupath.getStage());
        if (chosen != null) {
            preferences.put(preference, chosen.getAbsolutePath());
        }
    }

    private static void tell(String message) {
        Alert alert = new Alert(Alert.AlertType.INFORMATION, message);
        alert.setTitle("CypherViT");
        alert.setHeaderText(null);
        alert.show();
    }
}
