/** Tissue that a physical model paints in optical density: for the quickstart, for tests, and for maps with a truth. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.data.generated;
