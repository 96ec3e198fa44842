package org.cyphervit.backbone;

/**
 * What a backbone's maps over an image belong to.
 *
 * @param noun {@code token}, {@code cluster}, or {@code head} of an attention
 * @param count K, maps per image
 * @param shared whether tokens or clusters share every patch out among them, so that they are phenotypes; false for maps that only
 *     show attention
 */
public record TokenMaps(String noun, int count, boolean shared) {
    /** Final tokens that share out the patches. */
    public static TokenMaps ofTokens(int count) {
        return new TokenMaps("token", count, true);
    }

    /** Clusters of patches that share out all of them. */
    public static TokenMaps ofClusters(int count) {
        return new TokenMaps("cluster", count, true);
    }

    /** Attention heads of a [cls] token. */
    public static TokenMaps ofHeads(int count) {
        return new TokenMaps("head", count, false);
    }

    /** One map of all patches, of a backbone that neither clusters nor attends. */
    public static TokenMaps none() {
        return new TokenMaps("token", 1, false);
    }

    /** Number of phenotypes: K where patches are shared out, else 0. */
    public int phenotypes() {
        return shared ? count : 0;
    }
}
