/** Tiles that show the same: signatures of pictures and the search for pairs. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.data.duplicate;
