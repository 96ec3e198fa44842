/** Listeners of a training run: health, progress, {@code metrics.csv} and TensorBoard events. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.monitor;
