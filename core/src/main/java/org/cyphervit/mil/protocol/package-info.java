/**
 * How good slide-level predictions are, honestly: folds that part patients, never slides; settings chosen on training patients
 * alone; several seeds; intervals by drawing patients anew; mean pooling, the majority and permuted labels beside every result.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.mil.protocol;
