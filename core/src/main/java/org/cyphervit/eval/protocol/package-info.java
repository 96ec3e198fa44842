/**
 * Protocols that judge frozen features. A new one is a file that implements {@link
 * org.cyphervit.eval.protocol.Protocol} and a line in {@link org.cyphervit.eval.protocol.Protocols}.
 *
 * <p>Letters: N training samples, M test samples, D features, C classes, H settings tried at once.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.eval.protocol;
