/**
 * The only door to LibTorch's sharp edges: step scopes, devices, precision, seeded draws, and ATen operators by name.
 * Everything else in the program uses plain {@code org.bytedeco.pytorch.Tensor}s.
 *
 * <p>Letters used throughout the program for tensor shapes: B images (or views), N tokens in, K [cls] tokens of a stage
 * (or prototypes of a head), D width, H heads, P patch size, S image side in pixels.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.torch;
