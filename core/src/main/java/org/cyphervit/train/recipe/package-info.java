/**
 * The recipe of a run: read from YAML, completed by defaults and by what suits the machine, checked, written, and compared
 * with that of a run to be resumed.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.train.recipe;
