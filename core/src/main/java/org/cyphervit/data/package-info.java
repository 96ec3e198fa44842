/**
 * Tiles and where they come from: {@link org.cyphervit.data.TileSource}, folders of images, and sources made of other
 * sources. Public data sets, shards, generated tissue, stains and duplicates have packages below.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.data;
