/**
 * Haematoxylin and eosin as numbers: optical density, fitting a tile's stains (Macenko, Vahadane) or colours (Reinhard),
 * giving it those of another, and taking the two stains apart. Images are interleaved RGB bytes; nothing here knows where
 * they come from. Matrices of stains have rows red, green, blue and columns haematoxylin, eosin.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.stain;
