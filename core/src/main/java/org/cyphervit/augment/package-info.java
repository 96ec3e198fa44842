/** Random views of tiles: crops, flips and colours, drawn from seeds, and the loader that makes them ahead of the model. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.augment;
