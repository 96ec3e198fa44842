/**
 * The file formats of the road, read within bounds and written whole: CSV, NumPy arrays, HDF5, Parquet, tar shards. Sizes are
 * checked against the file before memory is reserved for them, and a file that is broken or something else is a {@link
 * org.cyphervit.UserError} naming it. No format executes anything.
 *
 * <p>Libraries read HDF5 (jHDF) and Parquet (Hardwood) and encode protobuf. Two writers are this project's own, because the
 * libraries of the day failed:
 *
 * <ul>
 *   <li>jHDF 0.13.0 says of its writer that it is in alpha. {@code putDataset("features", new float[0][384])}, the features of
 *       a slide without tissue, ends in an ArrayIndexOutOfBoundsException; a text attribute beyond 64 KiB, such as a recipe, is
 *       written so that neither jHDF nor h5py opens the dataset; and all values must be Java arrays at once.
 *   <li>Hardwood 1.0.1 has no writer. parquet-java 1.17.0 needs {@code org.apache.hadoop.fs.Path} even for a {@code
 *       LocalOutputFile}, so all of Hadoop's client, which would meet Spark's own.
 * </ul>
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.file;
