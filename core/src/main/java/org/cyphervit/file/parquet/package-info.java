/**
 * Parquet, read within bounds by the library Hardwood and written whole by this project's own writer: Hardwood 1.0.1 has
 * none, and parquet-java 1.17.0 needs {@code org.apache.hadoop.fs.Path} even for a {@code LocalOutputFile}, so all of
 * Hadoop's client, which would meet Spark's own.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.file.parquet;
