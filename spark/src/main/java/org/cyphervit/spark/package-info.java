/**
 * A cohort embedded on Apache Spark, on one machine or a cluster: regions of slides to tiles to features to Parquet. Files
 * are read and written by Hadoop's file systems, so object stores work as folders do.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.spark;
