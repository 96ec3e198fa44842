/**
 * Targets of single tokens beside any method: each final token of CypherViT learns to tell something of its own, as the
 * discussion of the CypherViT paper proposes. V views, B tiles, K tokens, T targets.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.ssl.tokens;
