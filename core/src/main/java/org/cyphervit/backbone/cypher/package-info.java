/**
 * CypherViT, a pyramid of stages that cluster their tokens, as a backbone. It is found by its name as those of other jars are.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.backbone.cypher;
