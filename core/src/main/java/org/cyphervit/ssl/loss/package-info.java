/**
 * Losses of self-supervised learning and what they balance their targets with, one paper's idea per file. A loss
 * takes tensors and numbers, so it can be used without this project's methods, recipes and trainer; what it
 * remembers between batches (a centre) is a {@link org.cyphervit.nn.Layer}, to be saved with the model.
 *
 * <p>B images, V views of each, G of them global, D width of a feature, K prototypes, N patches, M masked patches,
 * W processes. Scores and features may be bfloat16; losses are computed in float32: they cast what they are given, and put products
 * into {@link org.cyphervit.torch.Precision#inFloat32}, for in a pass in bfloat16 a product of float32 is bfloat16.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.ssl.loss;
