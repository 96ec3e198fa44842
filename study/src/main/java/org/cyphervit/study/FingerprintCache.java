package org.cyphervit.study;

import org.cyphervit.data.DelegatingTileSource;
import org.cyphervit.data.Split;
import org.cyphervit.data.TileSource;
import org.jspecify.annotations.Nullable;

/** A source that computes its fingerprint once: a study asks for it often, and it looks at every file. */
final class FingerprintCache extends DelegatingTileSource {
    private @Nullable String fingerprint;

    FingerprintCache(TileSource source) {
        super(source);
    }

    static Split of(Split split) {
        return new Split(new FingerprintCache(split.train()), new FingerprintCache(split.test()));
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
