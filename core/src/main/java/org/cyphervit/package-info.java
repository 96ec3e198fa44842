/** Self-supervised representation learning for histopathology: the CypherViT paper (Sci Rep 2024) on the JVM. */
@org.jspecify.annotations.NullMarked
package org.cyphervit;
