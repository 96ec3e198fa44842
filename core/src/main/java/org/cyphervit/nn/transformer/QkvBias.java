package org.cyphervit.nn.transformer;

/** Which of query, key and value have a bias. */
public enum QkvBias {
    ALL,
    /** Not the key, as DINOv3: softmax over the keys does not see it, so training would only let it drift. */
    NO_KEY,
    NONE
}
