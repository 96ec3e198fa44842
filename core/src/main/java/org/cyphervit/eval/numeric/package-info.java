/** Numerical methods that several protocols share: k-means, L-BFGS, exact nearest neighbours. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.eval.numeric;
