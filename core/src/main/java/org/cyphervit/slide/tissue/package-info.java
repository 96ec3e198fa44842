/** What is tissue on a slide: seen from far, at the same scale whatever the magnification. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.slide.tissue;
