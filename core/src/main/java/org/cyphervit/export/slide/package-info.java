/**
 * What is exported of slides: features as h5 in the layouts of TRIDENT and CLAM, tiles and phenotypes as GeoJSON
 * for QuPath.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.export.slide;
