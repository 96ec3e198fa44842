/** Tensors on disk: safetensors, atomic files, a run's checkpoints, and reading weights of other programs safely. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.checkpoint;
