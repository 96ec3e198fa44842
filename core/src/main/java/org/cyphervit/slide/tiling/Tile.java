package org.cyphervit.slide.tiling;

/**
 * A tile of a slide.
 *
 * @param x of its upper left corner, level-0 pixels
 * @param y of its upper left corner, level-0 pixels
 * @param coverage share of tissue, 0 to 1
 */
public record Tile(long x, long y, double coverage) {}
