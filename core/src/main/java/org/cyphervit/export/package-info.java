/**
 * What leaves this program: encoders as safetensors, ONNX and TorchScript with a model card, features as h5 in the layouts
 * of TRIDENT and CLAM, tiles and phenotypes as GeoJSON for QuPath. B images, N patches, K tokens, D width, H heads, P patch
 * side.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.export;
