/**
 * Slides as bags of features: where the features of each slide lie, in the layouts of this program, TRIDENT, CLAM and Spark,
 * and what a table says of slides and patients. Nothing is left out unless it is asked for, and everything that is left out
 * is counted. A bag is read when it is needed, so memory does not grow with their number.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.mil.bag;
