/** The tables of a study: rows of encoders, columns of measurements, and the claims that are held against them. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.study.table;
