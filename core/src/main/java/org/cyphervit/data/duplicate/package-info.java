/** Tiles that show the same: signatures of pictures, the search for pairs, and pairs on both sides of a split. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.data.duplicate;
