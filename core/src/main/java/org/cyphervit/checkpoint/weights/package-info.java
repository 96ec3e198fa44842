/** Weights of other programs: reading PyTorch's files without executing them, and giving them our names. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.checkpoint.weights;
