/**
 * How good frozen features are: protocols (k-NN, linear probe, least squares, prototypes, clustering, retrieval), metrics,
 * statistics over runs, re-splits, and the floors that anything learnt must beat. Nothing here knows a backbone.
 *
 * <p>Letters: N samples, D features, C classes. Choices (k, learning rate, penalty) are made on a part of the training
 * data or reported as a sweep, never silently on the test data.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.eval;
