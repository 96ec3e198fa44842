/**
 * The parts networks are made of: a registry of named parameters, and one layer per file. Layers are plain objects over
 * tensors; their parameter names are those of timm where timm has the layer.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.nn;
