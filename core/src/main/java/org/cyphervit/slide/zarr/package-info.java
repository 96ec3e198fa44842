/**
 * OME-Zarr images (versions 0.1 to 0.5, on Zarr 2 and 3) read in Java, chunk by chunk. What a chunk may take is known from the
 * array's metadata, and no more is reserved for it whatever its bytes say.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.slide.zarr;
