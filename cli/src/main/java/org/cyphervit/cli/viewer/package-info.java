/** A viewer in the browser, on this machine alone: runs while they train, maps of tiles, slides with phenotype layers. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.cli.viewer;
