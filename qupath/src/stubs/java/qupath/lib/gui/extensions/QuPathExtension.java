package qupath.lib.gui.extensions;

import qupath.lib.gui.QuPathGUI;

/** Signatures of QuPath that this extension uses; QuPath brings its own. */
public interface QuPathExtension {
    void installExtension(QuPathGUI qupath);

    String getName();

    String getDescription();
}
