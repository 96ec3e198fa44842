package qupath.lib.images.servers;

import java.net.URI;
import java.util.Collection;

/** Signatures of QuPath that this extension uses; QuPath brings its own. */
public interface ImageServer<T> {
    Collection<URI> getURIs();

    PixelCalibration getPixelCalibration();
}
