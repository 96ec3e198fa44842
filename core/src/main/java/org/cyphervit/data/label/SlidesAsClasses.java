package org.cyphervit.data.label;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.cyphervit.data.DelegatingTileSource;
import org.cyphervit.data.TileSource;
import org.jspecify.annotations.Nullable;

/**
 * Tiles whose slide or patient is taken for their class: how well an encoder recognises it tells of differences in stain and
 * scanner, not of tissue.
 */
public final class SlidesAsClasses extends DelegatingTileSource {
    private final List<String> slides;
    private final int[] labels;

    private SlidesAsClasses(TileSource source, List<String> slides) {
        super(source);
        this.slides = slides;
        this.labels = IntStream.range(0, source.size())
                .map(i -> slides.indexOf(source.group(i)))
                .toArray();
    }

    /** The tiles so labelled; empty where the slide of one is unknown, or all are of one. */
    public static Optional<SlidesAsClasses> of(TileSource source) {
        String[] groups =
                IntStream.range(0, source.size()).mapToObj(source::group).toArray(String[]::new);
        if (Arrays.stream(groups).anyMatch(Objects::isNull)) {
            return Optional.empty();
        }
        List<String> slides = Arrays.stream(groups).distinct().sorted().toList();
        return slides.size() < 2 ? Optional.empty() : Optional.of(new SlidesAsClasses(source, slides));
    }

    @Override
    public List<String> classes() {
        return slides;
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    /** None: tiles of each slide are to be on both sides of a split. */
    @Override
    public @Nullable String group(int index) {
        return null;
    }
}
