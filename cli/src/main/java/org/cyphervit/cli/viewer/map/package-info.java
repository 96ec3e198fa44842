/** Phenotype maps in their folders: their pixels, what a rectangle of them covers, and the names of their phenotypes. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.cli.viewer.map;
