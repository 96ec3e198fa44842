/**
 * What transformers are made of: patch embedding, positions, attention, feed-forward layers and the block around them.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.nn.transformer;
