package qupath.lib.images;

import qupath.lib.images.servers.ImageServer;
import qupath.lib.objects.hierarchy.PathObjectHierarchy;

/** Signatures of QuPath that this extension uses; QuPath brings its own. */
public class ImageData<T> {
    private ImageData() {}

    public ImageServer<T> getServer() {
        throw new UnsupportedOperationException();
    }

    public PathObjectHierarchy getHierarchy() {
        throw new UnsupportedOperationException();
    }
}
