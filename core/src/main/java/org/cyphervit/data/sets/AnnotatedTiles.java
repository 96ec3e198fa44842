package org.cyphervit.data.sets;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.cyphervit.data.EncodedTile;
import org.cyphervit.data.Fingerprint;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.TileSubset;
import org.jspecify.annotations.Nullable;

/** Tiles of another source, with classes, groups and targets that come from elsewhere: their names, a table, a mask. */
final class AnnotatedTiles implements TileSource {
    private final TileSubset tiles;
    private final List<String> classes;
    private final List<Note> notes;

    /**
     * What is known of a tile.
     *
     * @param label its class; null for none
     * @param group patient, slide or cluster; null when unknown
     * @param target of a regression; NaN for none
     */
    public record Note(@Nullable String label, @Nullable String group, double target) {
        /** A tile without a target. */
        public Note(@Nullable String label, @Nullable String group) {
            this(label, group, Double.NaN);
        }
    }

    private AnnotatedTiles(TileSubset tiles, List<String> classes, List<Note> notes) {
        this.tiles = tiles;
        this.classes = List.copyOf(classes);
        this.notes = List.copyOf(notes);
    }

    /**
     * The tiles for which there is a note.
     *
     * @param classes all that a note may name, in label order
     * @param noteOfName by a tile's name; empty to leave the tile out
     */
    public static AnnotatedTiles of(
            TileSource source, List<String> classes, Function<String, Optional<Note>> noteOfName) {
        List<Integer> kept = new ArrayList<>();
        List<Note> notes = new ArrayList<>();
        for (int i = 0; i < source.size(); i++) {
            int index = i;
            noteOfName.apply(source.name(i)).ifPresent(note -> {
                kept.add(index);
                notes.add(note);
            });
        }
        return new AnnotatedTiles(new TileSubset(source, kept), classes, notes);
    }

    @Override
    public int size() {
        return tiles.size();
    }

    @Override
    public String name(int index) {
        return tiles.name(index);
    }

    @Override
    public org.cyphervit.image.RgbImage read(int index) throws IOException {
        return tiles.read(index);
    }

    @Override
    public Optional<EncodedTile> encoded(int index) throws IOException {
        return tiles.encoded(index);
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public int label(int index) {
        String label = notes.get(index).label();
        return label == null ? -1 : classes.indexOf(label);
    }

    @Override
    public @Nullable String group(int index) {
        return notes.get(index).group();
    }

    @Override
    public double target(int index) {
        return notes.get(index).target();
    }

    @Override
    public String fingerprint() {
        Fingerprint fingerprint = new Fingerprint();
        fingerprint.add(tiles.fingerprint());
        notes.forEach(note -> fingerprint.add(note.toString()));
        return fingerprint.hex();
    }
}
