/** HDF5, read within bounds by jHDF and written whole by a writer of its own. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.file.hdf5;
