/**
 * Encoders that others released: a registry of what must be known to use them, their import, their download from the hub,
 * and the encoder that comes with this program.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.encoders;
