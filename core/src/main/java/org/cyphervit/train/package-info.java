/**
 * The training loop: the recipe, the step, the run with its listeners, checkpoints and exact resume. Optimizers are in
 * {@code optim}, the listeners that every run has in {@code monitor}.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.train;
