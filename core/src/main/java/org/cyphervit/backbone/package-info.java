/**
 * Networks from an image to features: what a backbone is ({@link org.cyphervit.backbone.Backbone}, {@link
 * org.cyphervit.backbone.BackboneConfig}) and how its kind is found by name ({@link
 * org.cyphervit.backbone.BackboneKind}). The kinds that come with the project are in packages below. Backbones know
 * nothing of how they are trained.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.backbone;
