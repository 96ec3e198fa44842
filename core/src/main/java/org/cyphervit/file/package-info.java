/**
 * File formats, read within bounds and written whole: CSV, NumPy arrays, tar shards; HDF5 and Parquet have packages
 * below. Sizes are checked against the file before memory is reserved for them, and a file that is broken or something
 * else is a {@link org.cyphervit.UserError} naming it. No format executes anything.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.file;
