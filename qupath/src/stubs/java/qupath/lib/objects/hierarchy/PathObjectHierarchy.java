package qupath.lib.objects.hierarchy;

import java.util.Collection;
import qupath.lib.objects.PathObject;

/** Signatures of QuPath that this extension uses; QuPath brings its own. */
@SuppressWarnings("DoNotCallSuggester") // compiled against alone
public final class PathObjectHierarchy {
    private PathObjectHierarchy() {}

    public boolean addObjects(Collection<? extends PathObject> pathObjects) {
        throw new UnsupportedOperationException();
    }
}
