/**
 * Multiple-instance learning: from the features of a slide's tiles to what is said of the slide. One aggregator a file,
 * behind {@link org.cyphervit.mil.aggregator.Aggregator}; to add one, write the file and name it in {@link
 * org.cyphervit.mil.aggregator.AggregatorKind}.
 *
 * <p>Letters: N instances (tiles) of a bag, D width of an instance, H hidden width, A width of the attention, C outputs.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.mil.aggregator;
