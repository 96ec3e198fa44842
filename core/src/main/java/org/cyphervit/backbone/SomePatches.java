package org.cyphervit.backbone;

import org.bytedeco.pytorch.Tensor;

/**
 * What masked image modelling asks of B images.
 *
 * @param pooled one vector per image, (B,D), as {@link Features} has it
 * @param patches those asked for, in one row each, (M,D)
 */
public record SomePatches(Tensor pooled, Tensor patches) {}
