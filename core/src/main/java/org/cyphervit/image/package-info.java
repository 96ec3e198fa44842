/** Pixels in memory and image files: {@link org.cyphervit.image.RgbImage} and {@link org.cyphervit.image.ImageFiles}. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.image;
