/**
 * Networks from an image to features: {@link org.cyphervit.backbone.Backbone} and its two kinds, the vision transformer
 * and CypherViT. They know nothing of how they are trained.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.backbone;
