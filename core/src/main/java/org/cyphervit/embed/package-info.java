/** Tiles to feature vectors in batches, and feature vectors to files that Python and the JVM read. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.embed;
