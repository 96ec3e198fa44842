/** What spoils tissue on a slide: blur, folds, bubbles and pen, found by rules whose thresholds were measured. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.slide.quality;
