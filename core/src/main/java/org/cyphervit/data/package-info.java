/** Tiles and where they come from: {@link org.cyphervit.data.TileSource} and its kinds, decoding, and the loader. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.data;
