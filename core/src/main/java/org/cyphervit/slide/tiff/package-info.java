/**
 * TIFF, BigTIFF and Aperio SVS read in Java, only the segments (tiles or strips) that a region needs. Every count and size in a
 * file is checked against the file before memory is reserved for it.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.slide.tiff;
