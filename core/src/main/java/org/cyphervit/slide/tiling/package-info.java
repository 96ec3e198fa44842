/**
 * Tiles of slides: a grid in microns, a reason for every tile that is rejected, and the job over a cohort. Sides are pixels of
 * the tile, places are level-0 pixels.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.slide.tiling;
