/**
 * How good frozen features are. Here: features with what is known of their samples, their re-splits, and the baselines that
 * anything learnt must beat. {@code protocol} judges features, {@code metric} says how well, {@code numeric} holds
 * what protocols compute with, {@code table} writes it down, {@code finetune} trains whole networks on few labels.
 *
 * <p>Letters: N samples, D features, C classes. Choices (k, learning rate, penalty) are made on a part of the training
 * data and the whole sweep is reported; test data choose nothing.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.eval;
