package qupath.lib.images.servers;

/** Signatures of QuPath that this extension uses; QuPath brings its own. */
public class PixelCalibration {
    private PixelCalibration() {}

    public boolean hasPixelSizeMicrons() {
        throw new UnsupportedOperationException();
    }

    public double getAveragedPixelSizeMicrons() {
        throw new UnsupportedOperationException();
    }
}
