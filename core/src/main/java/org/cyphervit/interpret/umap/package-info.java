/**
 * UMAP (McInnes, Healy and Melville 2018, arXiv:1802.03426): features to points of a plane whose neighbourhoods are those
 * of the features, how far that succeeded, and pictures of it. N points, D features, k neighbours.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.interpret.umap;
