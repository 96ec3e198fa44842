/**
 * Public data sets as they are published, and every other place that tiles come from: {@link
 * org.cyphervit.data.sets.TileLocation} opens what a user names, {@link org.cyphervit.data.sets.DataSets} lists the sets.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.data.sets;
