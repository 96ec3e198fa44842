package org.cyphervit.interpret.umap;

/** How far apart two feature vectors are. */
public enum DistanceMetric {
    /** One minus the cosine of the angle: what the k-NN evaluation of self-supervised features compares by. */
    COSINE,
    /** The straight line. */
    EUCLIDEAN
}
