/** Slides mixed from labelled tiles, so that it is known which tiles an aggregator should look at. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.mil.simulate;
