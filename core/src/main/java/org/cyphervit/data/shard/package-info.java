/** Tiles packed into tar shards in WebDataset's layout, few large files for many small ones; and archives as they are. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.data.shard;
