package qupath.lib.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import qupath.lib.objects.PathObject;

/** Signatures of QuPath that this extension uses; QuPath brings its own. */
@SuppressWarnings("DoNotCallSuggester") // compiled against alone
public class PathIO {
    private PathIO() {}

    public static List<PathObject> readObjects(Path path) throws IOException {
        throw new UnsupportedOperationException();
    }
}
