package qupath.lib.gui;

import java.awt.image.BufferedImage;
import javafx.scene.control.Menu;
import javafx.stage.Stage;
import qupath.lib.images.ImageData;

/** Signatures of QuPath that this extension uses; QuPath brings its own. */
public class QuPathGUI {
    private QuPathGUI() {}

    public Menu getMenu(String name, boolean createMenu) {
        throw new UnsupportedOperationException();
    }

    public Stage getStage() {
        throw new UnsupportedOperationException();
    }

    public ImageData<BufferedImage> getImageData() {
        throw new UnsupportedOperationException();
    }
}
