package org.cyphervit.ssl;

import java.util.List;

/**
 * What a method's defaults may depend on.
 *
 * @param count tiles to learn from
 * @param classes names of their classes in label order; empty without labels
 */
public record DatasetInfo(long count, List<String> classes) {
    public DatasetInfo {
        classes = List.copyOf(classes);
    }
}
