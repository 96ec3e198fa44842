/** Masked autoencoders, with the decoder that only they have. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.ssl.method.mae;
