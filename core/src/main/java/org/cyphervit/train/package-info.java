/**
 * The training loop: the optimizer, the step, the run with its listeners (progress, metrics, health, probe), checkpoints
 * and exact resume.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.train;
