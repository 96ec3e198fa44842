/**
 * The processes that train one model together, and the few things they say to each other: a method asks its {@link
 * org.cyphervit.group.Group} and does not care how many there are.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.group;
