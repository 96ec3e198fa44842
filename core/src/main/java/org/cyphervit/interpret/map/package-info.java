/**
 * Phenotype maps of whole slides in constant memory: windows of the slide through the encoder, their maps stitched row by
 * row, and a pyramid of tiles written as the rows come.
 *
 * <p>A map pixel is a patch, or the part of one where windows are shown at shifted places. Letters: P patch, W window, K
 * tokens, D width of the features.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.interpret.map;
