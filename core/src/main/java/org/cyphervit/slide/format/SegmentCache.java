package org.cyphervit.slide.format;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.codec.SegmentedImage;
import org.jspecify.annotations.Nullable;

/** The decoded segments that were used last: neighbouring tiles share them. */
final class SegmentCache {
    private static final long MAX_BYTES = 64L << 20;
    /** What an absent segment counts, so that a sparse slide does not grow the cache. */
    private static final int ENTRY_BYTES = 128;

    private record Key(int level, int column, int row) {}

    private final Map<Key, Optional<RgbImage>> segments = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** A segment, decoded if need be; null where the file has none. Two threads may decode the same one. */
    @Nullable
    RgbImage get(SegmentedImage image, int level, int column, int row) {
        Key key = new Key(level, column, row);
        synchronized (segments) {
            Optional<RgbImage> known = segments.get(key);
            if (known != null) {
                return known.orElse(null);
            }
        }
        Optional<RgbImage> segment = Optional.ofNullable(image.segment(column, row));
        synchronized (segments) {
            if (segments.put(key, segment) == null) {
                bytes += size(segment);
            }
            var oldest = segments.values().iterator();
            while (bytes > MAX_BYTES && segments.size() > 1) {
                bytes -= size(oldest.next());
                oldest.remove();
            }
        }
        return segment.orElse(null);
    }

    private static long size(Optional<RgbImage> segment) {
        return (long) ENTRY_BYTES + segment.map(image -> image.rgb().length).orElse(0);
    }
}
