/**
 * The methods that come with the project, one file each, found by the registry as those of other jars are: a
 * method's file holds its {@link org.cyphervit.ssl.MethodProvider}. A method composes losses of
 * {@link org.cyphervit.ssl.loss} around any backbone.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.ssl.method;
