/** The semantic clustering of CypherViT: attention from cluster centres to tokens. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.nn.clustering;
