/** Tiles whose stain is changed while they are read: normalised, taken away, or drawn anew. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.data.stain;
