package org.cyphervit.qupath;

import javafx.application.Platform;
import javafx.geometry.Insets;
import javafx.scene.Scene;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.TextArea;
import javafx.scene.layout.VBox;
import javafx.stage.Stage;
import javafx.stage.Window;

/** A small window with the words of a running command and a button that ends it. */
final class ProgressWindow {
    private final Stage stage = new Stage();
    private final Label headline;
    private final TextArea words = new TextArea();
    private final ProgressBar bar = new ProgressBar(ProgressBar.INDETERMINATE_PROGRESS);
    private final Button button = new Button("Cancel");

    /** @param cancel ends the command; called on JavaFX's thread */
    ProgressWindow(Window owner, String title, String command, Runnable cancel) {
        headline = new Label(title);
        words.setEditable(false);
        words.setPrefRowCount(10);
        words.setText(command + "\n");
        bar.setMaxWidth(Double.MAX_VALUE);
        button.setOnAction(event -> cancel.run());
        VBox box = new VBox(8, headline, bar, words, button);
        box.setPadding(new Insets(12));
        stage.initOwner(owner);
        stage.setTitle("CypherViT");
        stage.setScene(new Scene(box, 640, 320));
        stage.setOnCloseRequest(event -> cancel.run());
        stage.show();
    }

    /** A line of progress; from any thread. */
    void say(String line) {
        Platform.runLater(() -> words.appendText(line + "\n"));
    }

    /** The end, good or bad; from any thread. The window stays until it is closed. */
    void end(String message) {
        Platform.runLater(() -> {
            headline.setText(message);
            bar.setProgress(1);
            button.setText("Close");
            button.setOnAction(event -> stage.close());
        });
    }
}
