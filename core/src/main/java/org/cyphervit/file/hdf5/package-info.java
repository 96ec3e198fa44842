/**
 * HDF5, read within bounds by the library jHDF and written whole by this project's own writer, because the library's
 * failed when it was tried. jHDF 0.13.0 says of its writer that it is in alpha. {@code putDataset("features", new
 * float[0][384])}, the features of a slide without tissue, ends in an ArrayIndexOutOfBoundsException; a text attribute
 * beyond 64 KiB, such as a recipe, is written so that neither jHDF nor h5py opens the dataset; and all values must be
 * Java arrays at once.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.file.hdf5;
