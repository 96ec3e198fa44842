/**
 * What leaves this program: encoders as safetensors, ONNX and TorchScript with a model card; what is exported of slides is
 * in {@code export.slide}. B images, N patches, K tokens, D width, H heads, P patch
 * side.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.export;
