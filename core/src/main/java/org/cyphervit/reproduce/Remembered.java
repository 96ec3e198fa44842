package org.cyphervit.reproduce;

import org.cyphervit.data.Split;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.Wrapped;
import org.jspecify.annotations.Nullable;

/** A source that computes its fingerprint once: a study asks for it often, and it looks at every file. */
final class Remembered extends Wrapped {
    private @Nullable String fingerprint;

    Remembered(TileSource source) {
        super(source);
    }

    static Split of(Split split) {
        return new Split(new Remembered(split.train()), new Remembered(split.test()));
    }

    @Override
    public synchronized String fingerprint() {
        String known = fingerprint;
        if (known == null) {
            known = super.fingerprint();
            fingerprint = known;
        }
        return known;
    }
}
