/**
 * Compressed pieces of slides: what each level of a slide offers ({@link org.cyphervit.slide.codec.SegmentedImage}) and the
 * decoders that several formats share. Sizes are checked before memory is reserved for them.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.slide.codec;
