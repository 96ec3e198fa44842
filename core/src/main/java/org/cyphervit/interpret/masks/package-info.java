/** Maps measured against masks: whether a token, a head or a colour holds the structures that people drew. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.interpret.masks;
