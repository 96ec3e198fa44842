/** Tiles and where they come from: {@link org.cyphervit.data.TileSource} and its kinds. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.data;
