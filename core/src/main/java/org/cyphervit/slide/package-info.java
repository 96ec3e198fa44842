/**
 * Slides in microns per pixel: {@link org.cyphervit.slide.Slide} opens one and reads regions at any resolution. x and y are
 * columns and rows from the upper left corner; a pixel covers the square between its number and the next, so that level-0
 * place X lies at X / downsample of another level.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.slide;
