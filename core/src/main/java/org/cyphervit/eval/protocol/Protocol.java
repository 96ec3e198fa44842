package org.cyphervit.eval.protocol;

import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.Samples;

/**
 * A way to judge frozen features. Test samples choose nothing: a setting is chosen on a part of the training samples, and
 * what the others would have given is reported beside it.
 *
 * @param <S> what the features are labelled with: classes ({@link LabelledFeatures}) or numbers
 */
public interface Protocol<S extends Samples<S>> {
    /** A word for the command line and files, such as {@code knn}. */
    String name();

    /**
     * Learns from the one and judges on the other; the same samples and seed give the same result.
     *
     * @throws org.cyphervit.UserError if they do not fit each other or this protocol
     */
    ProtocolResult judge(S train, S test);
}
