/**
 * CypherViT: a pyramid of stages, and the attention from [cls] tokens to patches by which each stage clusters its tokens. It is
 * found by its name, as the backbones of other jars are.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.backbone.cypher;
