/**
 * The formats of slides: one type per format on {@link org.cyphervit.slide.Slide}, and {@link
 * org.cyphervit.slide.format.SlideReaders}, which chooses one for a file.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.slide.format;
