/** Parquet, read within bounds by Hardwood and written whole by a writer of its own. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.file.parquet;
