/**
 * The tables and figures of the CypherViT paper on any data: which encoders to train, what to measure of them, how the
 * table looks, which of the paper's claims hold. A run is kept in a folder named after its whole recipe, a measurement in a
 * file named after run and data, so that whatever exists is not done again, whichever table asked for it. {@code table} holds
 * rows, columns and claims, {@code measure} what fills the cells.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.study;
